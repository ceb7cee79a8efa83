"""What goes in and out of the intake for partner systems, camelCase as the API Design Rules ask."""

from rest_framework import serializers
from rest_framework.serializers import Serializer

KINDS = ["aggression", "integrity", "pressure"]


class NewReportSerializer(Serializer):
    """A report. `answers` by question id: a text or code, or a list of codes where several can be chosen."""

    kind = serializers.ChoiceField(choices=KINDS)
    answers = serializers.DictField(child=serializers.JSONField(), help_text="see /questions")
    shownReaders = serializers.CharField(
        required=False, max_length=4000, help_text="of the preview; when the readers changed since, nothing is stored"
    )
    preview = serializers.BooleanField(default=False, help_text="only say who would read it; nothing is stored")

    def validate_answers(self, answers: dict) -> dict[str, list[str]]:
        """Every answer as a list of texts."""
        lists = {}
        for name, value in answers.items():
            values = value if isinstance(value, list) else [value]
            if not all(isinstance(text, str) for text in values):
                raise serializers.ValidationError(f"{name}: give a text or code, or a list of codes")
            lists[name] = [text.encode("utf-8", "replace").decode() for text in values]
        return lists


class ReaderSerializer(Serializer):
    function = serializers.CharField()
    organisation = serializers.CharField()
    readsContent = serializers.BooleanField()
    knowsName = serializers.BooleanField()


class PreviewSerializer(Serializer):
    readers = ReaderSerializer(many=True)
    shownReaders = serializers.CharField()


class ReceivedSerializer(Serializer):
    number = serializers.CharField()
    receipt = serializers.CharField(help_text="give it to the reporter and keep it nowhere")
    receivedOn = serializers.DateField(help_text="the Monday of the week for anonymous reports")
    mailbox = serializers.URLField()
    acknowledgement = serializers.CharField(help_text="the signed acknowledgement as text")
    readers = ReaderSerializer(many=True)


class AnswerCodeSerializer(Serializer):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class QuestionSerializer(Serializer):
    id = serializers.CharField()
    type = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    when = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    codes = AnswerCodeSerializer(many=True)


class QuestionnaireSerializer(Serializer):
    version = serializers.CharField()
    kind = serializers.CharField()
    questions = QuestionSerializer(many=True)


class InvalidParamSerializer(Serializer):
    name = serializers.CharField()
    reason = serializers.CharField()


class ProblemSerializer(Serializer):
    """Every error of the API (RFC 9457)."""

    status = serializers.IntegerField()
    title = serializers.CharField()
    detail = serializers.CharField()
    invalidParams = InvalidParamSerializer(many=True, required=False)


class KindQuerySerializer(Serializer):
    kind = serializers.ChoiceField(choices=KINDS)
