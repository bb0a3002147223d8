"""The community's tables, as far as a topic page shows them."""

from django.db import models


class Author(models.Model):
    """A member."""

    handle = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    organisation = models.CharField(max_length=120)
    roles = models.JSONField()

    class Meta:
        managed = False
        db_table = "members_member"

    def __str__(self) -> str:
        return self.name or self.handle


class Category(models.Model):
    """A category."""

    slug = models.CharField(max_length=60)
    name = models.CharField(max_length=120)

    class Meta:
        managed = False
        db_table = "forums_category"

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """A topic."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    author = models.ForeignKey(Author, on_delete=models.PROTECT)
    title = models.CharField(max_length=200)
    slug = models.CharField(max_length=80)
    state = models.CharField(max_length=12)
    tag_names = models.JSONField()
    asked_at = models.DateTimeField()
    post_count = models.PositiveIntegerField()
    visibility = models.CharField(max_length=8)

    class Meta:
        managed = False
        db_table = "forums_topic"

    def __str__(self) -> str:
        return self.title


class Post(models.Model):
    """A post."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(Author, on_delete=models.PROTECT)
    cooked = models.TextField()
    visibility = models.CharField(max_length=8)
    helpful_count = models.PositiveIntegerField()
    imported_helpful = models.PositiveIntegerField()
    edited_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "forums_post"

    def __str__(self) -> str:
        return f"{self.number}"
