"""What people may send about webhooks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.egress import BadAddress, usual_egress
from teams.models import WebhookEndpoint
from teams.webhooks import MOST


class WebhookForm(forms.ModelForm):
    """``kept`` is how many webhooks the organisation has besides this one."""

    events = forms.MultipleChoiceField(
        label=gettext_lazy("Is told when"),
        choices=WebhookEndpoint.Event,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("url", "description", "events")
        widgets = {"url": forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"})}
        help_texts = {
            "url": gettext_lazy("Where messages are sent. It begins with https:// and is public."),
            "description": gettext_lazy("For you, such as Data warehouse."),
        }

    def __init__(self, *args: Any, kept: int = 0, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept = kept

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            usual_egress().check(url)
        except BadAddress as error:
            raise ValidationError(str(error)) from error
        return url

    def clean(self) -> dict[str, Any]:
        if self.kept >= MOST:
            raise ValidationError(
                _("There are %(most)s webhooks already. Remove one first.") % {"most": MOST}
            )
        return super().clean() or self.cleaned_data
