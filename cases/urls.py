from django.urls import path

from cases.administration import paper_views as protocol_paper
from cases.alarm import views as alarm
from cases.bundles import desk_views as bundles
from cases.complaints import views as complaints
from cases.corrections import kind_views as kinds
from cases.corrections import views as corrections
from cases.deadlines import feed_views as calendar
from cases.deciding import views as deciding
from cases.deciding.deadlines import views as deadlines
from cases.deciding.records import views as records
from cases.deciding.together import views as together
from cases.documents import privacy_answer
from cases.documents import views as documents
from cases.file import notes_views as notes
from cases.file import search_views as search
from cases.file import timeline_views as timeline
from cases.file import views as case
from cases.file.contact import contact, sender_code
from cases.files import views as files
from cases.identity import views as identity
from cases.measures import views as measures
from cases.parties import views as parties
from cases.people import handover_views as handover
from cases.people import relations
from cases.people import transfer_views as transfer
from cases.people import views as people
from cases.people.departure import absence
from cases.people.dividing import division_views as division
from cases.reception import views as reception
from cases.redaction import export_views as exports
from cases.redaction import views as redaction
from cases.related import views as connections
from cases.waiting import views as waiting
from cases.worklist import phone
from cases.worklist import quarantine_views as quarantine
from cases.worklist import signals_views as signals
from cases.worklist import views as worklist

app_name = "cases"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("wacht/", waiting.waiting, name="waiting"),
    path("alarm/<uuid:occasion>/", alarm.alarm, name="alarm"),
    path("te-controleren/", quarantine.quarantine, name="quarantine"),
    path("apart/", complaints.complaints, name="complaints"),
    path("apart/<uuid:complaint_id>/", complaints.complaint, name="complaint"),
    path("zoeken/", search.search_cases, name="search"),
    path("samen/", together.together, name="together"),
    path("agenda/", calendar.calendar, name="calendar"),
    path("verdeling/", division.divide, name="divide"),
    path("relaties/", relations.relations, name="relations"),
    path("maatregelen/", measures.register, name="measures"),
    path("balie/", reception.reception, name="reception"),
    path("afwezig/", absence.absence, name="absence"),
    path("telefoon/", phone.phone, name="phone"),
    path("signalen/", signals.signals, name="signals"),
    path("signalen/<uuid:report_id>/", signals.signal, name="signal"),
    path("signalen/betrokken/<uuid:which>/", signals.concerned, name="signal_concerned"),
    path("inzageverzoek/", privacy_answer.privacy_answer, name="privacy_answer"),
    path("zaak/<uuid:case_id>/", case.overview, name="overview"),
    path("zaak/<uuid:case_id>/melding/", case.report, name="report"),
    path("zaak/<uuid:case_id>/melder/", identity.identity, name="identity"),
    path("zaak/<uuid:case_id>/melder/naam/", identity.known, name="identity_known"),
    path("zaak/<uuid:case_id>/melder/<uuid:request_id>/", identity.opened, name="identity_opened"),
    path("zaak/<uuid:case_id>/melder/<uuid:request_id>/toestemming/", identity.consent, name="identity_consent"),
    path("zaak/<uuid:case_id>/melder/<uuid:request_id>/vertellen/", identity.tell, name="identity_tell"),
    path("zaak/<uuid:case_id>/berichten/", contact.messages, name="messages"),
    path("zaak/<uuid:case_id>/berichten/code/", sender_code.sender_code, name="sender_code"),
    path("zaak/<uuid:case_id>/bewijs/", contact.evidence, name="evidence"),
    path("zaak/<uuid:case_id>/bewijs/verwijderen/", contact.removal, name="removal"),
    path("zaak/<uuid:case_id>/bewijs/<int:number>/", contact.file, name="file"),
    path("zaak/<uuid:case_id>/bewijs/<int:number>/origineel/", contact.original, name="original"),
    path("zaak/<uuid:case_id>/notities/", notes.notes, name="notes"),
    path("zaak/<uuid:case_id>/samenhang/", connections.connections, name="connections"),
    path("zaak/<uuid:case_id>/afsplitsen/", connections.split, name="split"),
    path("zaak/<uuid:case_id>/tijdlijn/", timeline.timeline_of_case, name="timeline"),
    path("zaak/<uuid:case_id>/termijnen/", deadlines.deadlines, name="deadlines"),
    path("zaak/<uuid:case_id>/termijnen/<slug:what>/", deadlines.change, name="deadline_change"),
    path("zaak/<uuid:case_id>/besluiten/", deciding.decisions, name="decisions"),
    path("zaak/<uuid:case_id>/vastgelegd/", records.records, name="records"),
    path("zaak/<uuid:case_id>/vastgelegd/<uuid:record_id>/langer/", records.extend, name="extend_record"),
    path("zaak/<uuid:case_id>/vastgelegd/<uuid:record_id>/overdragen/", records.hand_on, name="hand_on_record"),
    path("zaak/<uuid:case_id>/vastgelegd/<uuid:record_id>/einde/<slug:came_to>/", records.end, name="end_record"),
    path("zaak/<uuid:case_id>/soort/", kinds.kind, name="kind"),
    path("zaak/<uuid:case_id>/geteld/", corrections.counted, name="counted"),
    path("zaak/<uuid:case_id>/besluit/<slug:code>/", deciding.decision, name="decision"),
    path("zaak/<uuid:case_id>/voorstel/<uuid:proposal_id>/", deciding.proposal, name="proposal"),
    path("zaak/<uuid:case_id>/protocol/", protocol_paper.protocol_of_case, name="protocol"),
    path("zaak/<uuid:case_id>/toegang/", people.people, name="people"),
    path("zaak/<uuid:case_id>/toegang/betrokken/<uuid:which>/", people.concerned, name="concerned"),
    path("zaak/<uuid:case_id>/toegang/<uuid:assignment_id>/niet-vrij/", handover.conflict, name="conflict"),
    path("zaak/<uuid:case_id>/toegang/<uuid:assignment_id>/overdragen/", handover.give, name="give"),
    path("zaak/<uuid:case_id>/mensen/", parties.parties_page, name="parties"),
    path("zaak/<uuid:case_id>/mensen/<uuid:party_id>/verbeteren/", parties.correct, name="correct_party"),
    path("zaak/<uuid:case_id>/mensen/<uuid:party_id>/pagina/", bundles.bundle, name="bundle"),
    path("zaak/<uuid:case_id>/mensen/<uuid:party_id>/pagina/<uuid:entry_id>/", bundles.bundle_file, name="bundle_file"),
    path("zaak/<uuid:case_id>/mensen/<uuid:party_id>/eruit/", parties.end, name="end_party"),
    path("zaak/<uuid:case_id>/elders/", transfer.ask, name="transfer"),
    path("zaak/<uuid:case_id>/elders/<uuid:transfer_id>/", transfer.decide, name="decide_transfer"),
    path("zaak/<uuid:case_id>/documenten/", documents.documents, name="documents"),
    path("zaak/<uuid:case_id>/documenten/nieuw/<slug:kind>/", documents.write, name="write_document"),
    path("zaak/<uuid:case_id>/documenten/<int:number>/", documents.document, name="document"),
    path("zaak/<uuid:case_id>/documenten/<int:number>/<slug:form>/", documents.file, name="document_file"),
    path("zaak/<uuid:case_id>/maatregelen/", measures.measures, name="case_measures"),
    path("zaak/<uuid:case_id>/maatregelen/<uuid:record_id>/brief/", measures.letter, name="measure_letter"),
    path("zaak/<uuid:case_id>/bestanden/", files.files, name="files"),
    path("zaak/<uuid:case_id>/bestanden/nieuw/", files.add, name="add_file"),
    path("zaak/<uuid:case_id>/bestanden/<int:number>/", files.added_file, name="added_file"),
    path("zaak/<uuid:case_id>/bestanden/<int:number>/opslaan/", files.save, name="save_file"),
    path("zaak/<uuid:case_id>/uitvoer/", exports.exports, name="exports"),
    path("zaak/<uuid:case_id>/uitvoer/nieuw/", exports.begin, name="export"),
    path("zaak/<uuid:case_id>/uitvoer/<int:number>/", exports.answer, name="answer_export"),
    path("zaak/<uuid:case_id>/uitvoer/<int:number>/<slug:form>/", exports.file, name="export_file"),
    path("zaak/<uuid:case_id>/lakken/", redaction.begin, name="redact"),
    path("zaak/<uuid:case_id>/lakken/<int:number>/", redaction.redaction, name="redaction"),
    path("zaak/<uuid:case_id>/lakken/<int:number>/woorden/", redaction.words, name="mask_words"),
    path("zaak/<uuid:case_id>/lakken/<int:number>/nakijken/", redaction.check, name="check_redaction"),
    path("zaak/<uuid:case_id>/lakken/<int:number>/tekst/<str:source>/", redaction.text, name="mask_text"),
    path("zaak/<uuid:case_id>/lakken/<int:number>/kopie/<str:source>/", redaction.copy, name="masked_copy"),
    path("zaak/<uuid:case_id>/logboek/", case.log, name="log"),
]
