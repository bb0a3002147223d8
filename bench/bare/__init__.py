"""A topic page as a careful beginner would write it: Django, its ORM, one template; nothing cached, nothing signed in.

It reads the very tables of the community, so that both pages show the same data.
"""
