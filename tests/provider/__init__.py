"""A real OpenID provider (django-oauth-toolkit) in a process of its own: people, groups, sign-in and consent."""
