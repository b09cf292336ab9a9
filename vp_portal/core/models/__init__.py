from vp_portal.core.models.audit import AuditEntry, AuditSeal, Immutable
from vp_portal.core.models.role_grant import RoleGrant
from vp_portal.core.models.user import User

__all__ = ["AuditEntry", "AuditSeal", "Immutable", "RoleGrant", "User"]
