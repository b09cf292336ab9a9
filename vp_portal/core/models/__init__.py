from vp_portal.core.models.user import User

__all__ = ["User"]
