"""The intake for partner systems. Questions and checks are those of the form, and so is the care for the reporter."""

import hashlib
import json
from dataclasses import replace
from typing import Any, cast

from django.conf import settings
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import APIView

from organisations.access.routing import NoAdviser
from organisations.codes import code_list
from organisations.models import Organisation
from organisations.texts import language_wanted
from reporting.api import serializers
from reporting.form import lanes
from reporting.form.acknowledgement import acknowledgement
from reporting.form.drafts import Draft
from reporting.form.forms import StepForm
from reporting.form.submission import Plan, ReadersChanged, Submission, already_sent, plan, submit
from reporting.models import Report
from reporting.questions.meanings import Meaning
from reporting.questions.questions import ids_meaning, questionnaire
from vault.keyring.keys import keyed_digest
from vault.receipts import open_receipt, receipt_from

PROBLEM = OpenApiResponse(serializers.ProblemSerializer)
SHORTEST_KEY, LONGEST_KEY = 16, 200


class Conflict(APIException):
    status_code = 409
    default_detail = "The readers changed since they were shown. Ask for a preview again and show it to the reporter."


class KeyUsedBefore(APIException):
    status_code = 422
    default_detail = "This Idempotency-Key was used with other content. A new report needs a new key."


class IntakeView(APIView):
    """Open to everybody, as the form is. Nothing of a request is logged, and no answer may be kept."""

    parser_classes = [JSONParser]

    def initial(self, request, *args, **kwargs) -> None:
        translation.activate(language_wanted(request.headers.get("Accept-Language", "")))
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["API-Version"] = settings.API_VERSION
        response["Content-Language"] = translation.get_language()
        response["Vary"] = "Accept-Language"
        return response


class Questions(IntakeView):
    @extend_schema(
        operation_id="getQuestions",
        summary="The questions of an organisation's report form",
        parameters=[OpenApiParameter("kind", str, enum=serializers.KINDS, required=True)],
        responses={200: serializers.QuestionnaireSerializer, 400: PROBLEM, 404: PROBLEM},
    )
    def get(self, request, organisation):
        asked = serializers.KindQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        draft = Draft.begin(_organisation_with(organisation), asked.validated_data["kind"])
        questions = [question for step in draft.questions.steps for question in _questions(draft.form(step))]
        return Response({"version": draft.questions.version, "kind": draft.kind, "questions": questions})


class Reports(IntakeView):
    @extend_schema(
        operation_id="createReport",
        summary="Hand in a report",
        request=serializers.NewReportSerializer,
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                {"type": "string", "minLength": SHORTEST_KEY, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
                OpenApiParameter.HEADER,
                required=True,
                description="random, new for each report; the same key with the same content gives the same answer",
            )
        ],
        responses={
            200: serializers.PreviewSerializer,
            201: serializers.ReceivedSerializer,
            **dict.fromkeys((400, 404, 409, 415, 422), PROBLEM),
        },
    )
    def post(self, request, organisation):
        at = _organisation_with(organisation)
        key = _idempotency_key(request)
        asked = serializers.NewReportSerializer(data=request.data if isinstance(request.data, dict) else {})
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        draft = _draft(at, given["kind"], given["answers"], key)
        report = already_sent(draft.digest)
        if report is None:
            _judge(draft, given["answers"])
        submission = draft.submission()
        planned = _planned(submission)
        if report is None and given["preview"]:
            return Response({"readers": _readers(planned), "shownReaders": planned.fingerprint})
        if report is None:
            shown = given.get("shownReaders") or planned.fingerprint
            lane = lanes.lane_of(draft, request.query_params)
            try:
                report = submit(replace(submission, shown_readers=shown), lane=lane)
            except ReadersChanged:
                raise Conflict from None
        opened = open_receipt(draft.receipt)
        if opened is None or opened.report != report.id:
            raise KeyUsedBefore
        return Response(_received(request, draft, report, planned), status=201)


def _organisation_with(code: str) -> Organisation:
    return get_object_or_404(Organisation.objects.reportable().live().exclude(code=""), code=code)


def _idempotency_key(request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable() or " " in key:
        raise ValidationError({"Idempotency-Key": ["send a random key of 16 to 200 characters, new for each report"]})
    return key


def _draft(organisation: Organisation, kind: str, answers: dict[str, list[str]], key: str) -> Draft:
    """A draft whose token and receipt come from the key and the content, so that a repeated request is one report."""
    content = hashlib.sha256(json.dumps([kind, answers], sort_keys=True).encode()).digest()
    draft = Draft.begin(organisation, kind)
    draft.token = keyed_digest("api-form", organisation.id, key).hex()[:32]
    draft.receipt = receipt_from("api", organisation.id, key, content)
    draft.begun = 0.0
    for step in draft.questions.steps:
        data = QueryDict(mutable=True)
        for question in step.asked(kind):
            if question.id in answers:
                data.setlist(question.id, answers[question.id])
        draft.keep(step, data)
    return draft


def _judge(draft: Draft, answers: dict[str, list[str]]) -> None:
    """Raises ValidationError with everything that is wrong, by question. An answer to a national question that the
    organisation left out is not wrong; it is ignored."""
    asked = [*draft.questions.asked(draft.kind), *questionnaire().asked(draft.kind)]
    known = {question.id for question in asked}
    wrong: dict[str, list[str]] = {f"answers.{name}": ["there is no such question"] for name in set(answers) - known}
    for step in draft.steps():
        errors = draft.answered(step).errors
        wrong |= {f"answers.{name}": [str(words) for words in said] for name, said in errors.items()}
    if wrong:
        raise ValidationError(wrong)


def _planned(submission: Submission) -> Plan:
    try:
        return plan(submission)
    except NoAdviser:
        question = ids_meaning(Meaning.KNOWN_AS)[0]
        raise ValidationError(
            {f"answers.{question}": ["there is no confidential adviser who can keep the name"]}
        ) from None


def _readers(planned: Plan) -> list[dict]:
    """By function, as the form shows it: what was typed changes nothing of it, and it names nobody."""
    return [
        {
            "function": str(reader.capacity_label),
            "organisation": str(reader.organisation),
            "readsContent": reader.reads_content,
            "knowsName": reader.reads_identity,
        }
        for reader in (planned.shown.readers if planned.shown else ())
    ]


def _received(request, draft: Draft, report: Report, planned: Plan) -> dict:
    return {
        "number": report.number,
        "receipt": draft.receipt,
        "receivedOn": report.received_on,
        "mailbox": request.build_absolute_uri(reverse("reporting:mailbox")),
        "acknowledgement": acknowledgement(report),
        "readers": _readers(planned),
    }


def _questions(form: StepForm) -> list[dict]:
    """Every question of a step with its codes; also those that are asked only after certain answers."""
    rows = []
    for question in form.step_questions:
        codes = (
            [{"code": code.id, "label": str(code)} for code in code_list(question.codes).leaves]
            if question.codes
            else []
        )
        if question.type in {"subject", "people", "choice", "reader"} and question.id in form.fields:
            choices: list = list(cast(Any, form.fields[question.id]).choices)
            flat = [
                pair for value, label in choices for pair in (label if isinstance(label, list) else [(value, label)])
            ]
            codes = [{"code": str(value), "label": str(label)} for value, label in flat if value]
        rows.append(
            {
                "id": question.id,
                "type": question.type,
                "label": str(question.label),
                "help": str(question.help or ""),
                "required": question.required,
                "when": question.when,
                "codes": codes,
            }
        )
    return rows
