from vp_portal.core.models.audit import AuditEntry, AuditSeal, Immutable
from vp_portal.core.models.directory_role import DirectoryRole
from vp_portal.core.models.role_grant import RoleGrant
from vp_portal.core.models.sign_in import SignInAttempt, SignInSession
from vp_portal.core.models.user import User

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "DirectoryRole",
    "Immutable",
    "RoleGrant",
    "SignInAttempt",
    "SignInSession",
    "User",
]
