"""Rules, the log, and spam waves."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from community.core.errors import Invalid
from community.core.limits import limit_writes
from community.moderation import selectors, services
from community.moderation.forms import BlockedForm, RuleForm, SettingsForm
from community.moderation.models import ScreenRule
from community.moderation.permissions import moderate_check


@require_safe
def log(request: Any) -> HttpResponse:
    """Show who did what, when, on what, why; `?show=mine` and `?show=import` narrow it. Raises: Denied."""
    moderate_check(request.user)
    page = selectors.log_page(request.user, site=request.site, query=request.GET.dict())
    context = {"section": "staff", "staff_section": "moderation", "page": page}
    return render(request, "moderation/log.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("moderation.rules", "240/h")
def rules(request: Any) -> HttpResponse:
    """Show the rules of this site, and change them. Raises: Denied."""
    moderate_check(request.user)
    refusal = ""
    if request.method == "POST":
        try:
            _rules_change(request, request.POST.get("do", ""))
        except Invalid as refused:
            refusal = str(refused.reason)
        else:
            messages.success(request, _("Saved."))
            return redirect("moderation:rules")
    context = {
        "section": "staff",
        "staff_section": "moderation",
        "page": selectors.rules_page(site=request.site),
        "actions": ScreenRule.Action.choices,
        "refusal": refusal,
    }
    return render(request, "moderation/rules.html", context, status=422 if refusal else 200)


def _rules_change(request: Any, act: str) -> None:
    """Do what the pressed button says. Raises: Invalid, Http404, Denied."""
    mine = {"actor": request.user, "site_id": request.site.pk}
    if act == "rule":
        services.rule_set(**mine, **_cleaned(RuleForm(request.POST)))
    elif act == "block":
        services.blocked_add(**mine, **_cleaned(BlockedForm(request.POST)))
    elif act == "unblock" and request.POST.get("entry", "").isdecimal():
        services.blocked_remove(**mine, entry_id=int(request.POST["entry"]))
    elif act == "settings":
        values = _cleaned(SettingsForm(request.POST))
        score = round(values["hide_score"] * 10)
        services.settings_set(**mine, target_minutes=values["target_minutes"], hide_score=score)
    else:
        raise Http404


def _cleaned(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Invalid(f"{form.fields[field].label}: {errors[0]}" if field in form.fields else errors[0])
    return form.cleaned_data


@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("moderation.wave", "60/h")
def wave(request: Any, key: str) -> HttpResponse:
    """Show what is in a spam wave and what one press would do; do it. Raises: Denied, Http404."""
    moderate_check(request.user)
    page = selectors.wave_page(request.site.pk, key)
    if page is None:
        raise Http404
    if request.method == "POST":
        suspend = request.POST.get("suspend") == "1"
        done = services.wave_hide(actor=request.user, things=page.things, authors=page.authors, suspend=suspend)
        said = ngettext("%(count)d text is hidden.", "%(count)d texts are hidden.", done.hidden)
        messages.success(request, said % {"count": done.hidden})
        return redirect("moderation:queue")
    context = {
        "section": "staff",
        "staff_section": "moderation",
        "page": page,
        "days": services.SUSPENDED_DAYS,
    }
    return render(request, "moderation/wave.html", context)
