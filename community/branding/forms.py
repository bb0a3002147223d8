"""How `{{ form }}` looks: fields of the design system, the error summary on top."""

from django.forms.renderers import TemplatesSetting


class PageFormRenderer(TemplatesSetting):
    """Render forms and fields by our components; widgets stay Django's own."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
