"""What people may send about webhooks."""

from django import forms
from django.core.exceptions import ValidationError
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
            "url": gettext_lazy("Where messages are sent. It begins with https:// and is public."),
            "description": gettext_lazy("For you, such as Data warehouse."),
        }

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            usual_egress().check(url)
        except BadAddress as error:
            raise ValidationError(str(error)) from error
        return url
