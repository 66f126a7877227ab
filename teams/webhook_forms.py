"""What people may send about webhooks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.egress import BadAddress, usual_egress
from teams.models import WebhookEndpoint


class WebhookForm(forms.ModelForm):
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
            "description": gettext_lazy("For you, such as Data warehouse."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["url"].help_text = _where(private=usual_egress().to_private)

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            usual_egress().check(url)
        except BadAddress as error:
            raise ValidationError(str(error)) from error
        return url


def _where(*, private: bool) -> str:
    if private:
        return _(
            "Where messages are sent. This installation allows http:// and addresses that are not "
            "public."
        )
    return _("Where messages are sent. It begins with https:// and is public.")
