"""Sign-in: the university's directory, local accounts, second factors, sessions. See decision 0012."""
