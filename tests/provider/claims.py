from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator

#: By username, set by the control page: claims that the provider adds to or changes.
EXTRA: dict[str, dict[str, Any]] = {}


class Validator(OAuth2Validator):
    """What the provider says about a person, in the ID token and in userinfo."""

    oidc_claim_scope = None

    def get_additional_claims(self, request) -> dict[str, Any]:
        user = request.user
        claims = {
            "preferred_username": user.username,
            "given_name": user.first_name,
            "family_name": user.last_name,
            "email": user.email,
            "email_verified": True,
            "groups": sorted(user.groups.values_list("name", flat=True)),
        }
        return claims | EXTRA.get(user.username, {})
