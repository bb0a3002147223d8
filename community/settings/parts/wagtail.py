"""Wagtail: sites, settings and the knowledge base."""

WAGTAIL_SITE_NAME = "Tertulia"
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("es", "Español")]
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = False  # a translation is asked for, one page at a time
WAGTAIL_ENABLE_UPDATE_CHECK = False  # no request leaves the origin
WAGTAIL_GRAVATAR_PROVIDER_URL = None

# Colleagues sign in on our page, and manage passwords and addresses there: one set of rules for all.
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
