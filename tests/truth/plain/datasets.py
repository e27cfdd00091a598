"""What each system hands in: what makes a row that row, its time, its place. Written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Fields that say since or until when a row holds; without them, an identity is that of what holds.
OF_TIME = ("holds_from", "period_from", "period_to", "as_of", "day")


@dataclass(frozen=True)
class Kind:
    """`identity`: fields. `subject`, `event`: of what has a life. `scale`: VND of a one in a cell."""

    identity: str
    at: str
    area: str
    organisation: str
    subject: str = ""
    event: str = ""
    scale: Mapping[str, int] = field(default_factory=dict)

    @property
    def holder(self) -> tuple[str, ...]:
        """The fields of what holds."""
        return tuple(name for name in self.identity.split() if name not in OF_TIME)


KINDS: Mapping[str, Kind] = {
    "architecture.components": Kind("component holds_from", "holds_from", "", "owner"),
    "centre.alarms": Kind("alarm", "closed_at", "area", ""),
    "centre.decisions": Kind(
        "decision event occurred_at", "occurred_at", "commune", "assigned_to", "decision", "event"
    ),
    "centre.handovers": Kind("handover", "handed_over_at", "", ""),
    "centre.screen_uses": Kind("session screen opened_at", "opened_at", "", "agency"),
    "civilstatus.digitisation": Kind("commune book as_of", "as_of", "commune", ""),
    "community.digital_teams": Kind("commune period_from", "period_from", "commune", ""),
    "continuity.backup_jobs": Kind("job scheduled_at", "scheduled_at", "", "owner"),
    "continuity.plans": Kind("system holds_from", "holds_from", "", "owner"),
    "datacentre.availability": Kind("service period_from", "period_from", "", "operator"),
    "datacentre.capacity": Kind("site resource period_from", "period_from", "", "operator"),
    "digital.service_changes": Kind(
        "service event occurred_on", "occurred_on", "", "owner", "service", "event"
    ),
    "digital.service_counts": Kind("measure_scope period_from", "period_from", "province", ""),
    "economy.budget_revenues": Kind(
        "revenue_item budget_level collector period_from as_of",
        "period_from",
        "area",
        "collector",
        scale={"revenue_to_date": 1000000, "plan_year": 1000000},
    ),
    "economy.cpi": Kind("group base period_from", "period_from", "province", ""),
    "economy.grdp": Kind(
        "sector prices period_from period_to", "period_from", "province", "", scale={"value": 1000000000}
    ),
    "economy.iip": Kind("industry base period_from", "period_from", "province", ""),
    "economy.poverty": Kind("commune period_from", "period_from", "commune", ""),
    "economy.public_investment": Kind(
        "project investor funds period_from as_of",
        "period_from",
        "",
        "investor",
        scale={"plan": 1000000, "disbursed": 1000000},
    ),
    "education.schools": Kind("commune school_level period_from", "period_from", "commune", ""),
    "eid.accounts": Kind("commune holder as_of", "as_of", "commune", ""),
    "eid.authentications": Kind("service method day", "day", "", "owner"),
    "eid.certificates": Kind(
        "certificate event occurred_on", "occurred_on", "commune", "agency", "certificate", "event"
    ),
    "emulation.milestones": Kind(
        "milestone event occurred_on", "occurred_on", "", "agency", "milestone", "event"
    ),
    "energy.customers": Kind("commune period_from", "period_from", "commune", "company"),
    "energy.generation": Kind("plant period_from", "period_from", "commune", "operator"),
    "energy.outages": Kind(
        "outage event occurred_at", "occurred_at", "commune", "company", "outage", "event"
    ),
    "environment.lab_samples": Kind("sample parameter", "sampled_at", "commune", ""),
    "environment.solid_waste": Kind("commune period_from", "period_from", "commune", ""),
    "eoffice.documents": Kind("document event occurred_at", "occurred_at", "", "agency", "document", "event"),
    "eoffice.tasks": Kind("task event occurred_at", "occurred_at", "", "assigned_to", "task", "event"),
    "exchange.documents": Kind("agency direction partner day", "day", "", "agency"),
    "feedback.tickets": Kind(
        "ticket event occurred_at", "occurred_at", "commune", "handled_by", "ticket", "event"
    ),
    "finance.infosec_spending": Kind(
        "agency period_from",
        "period_from",
        "",
        "agency",
        scale={"spend_it": 1000000, "spend_infosec": 1000000},
    ),
    "finance.it_budgets": Kind(
        "programme line funds period_from as_of",
        "period_from",
        "",
        "spender",
        scale={"planned": 1000000, "disbursed": 1000000},
    ),
    "gis.layers": Kind("layer holds_from", "holds_from", "commune", "owner"),
    "health.bed_days": Kind("hospital ward period_from", "period_from", "commune", "hospital"),
    "health.insurance": Kind("commune period_from", "period_from", "commune", ""),
    "health.resources": Kind("commune facility_kind period_from", "period_from", "commune", ""),
    "infra.coverage": Kind("commune technology operator holds_from", "holds_from", "commune", ""),
    "infra.household_internet": Kind("commune period_from", "period_from", "commune", ""),
    "infra.ipv6_probes": Kind("target probed_at", "probed_at", "", "owner"),
    "iot.device_counts": Kind(
        "platform commune device_class period_from", "period_from", "commune", "operator"
    ),
    "lgsp.calls": Kind("call", "called_at", "", "consumer"),
    "mail.mailboxes": Kind("agency period_from", "period_from", "", "agency"),
    "meetings.points": Kind("commune holds_from", "holds_from", "commune", ""),
    "meetings.sessions": Kind("session event occurred_at", "occurred_at", "", "host", "session", "event"),
    "network.link_states": Kind("link changed_at", "changed_at", "", "agency", "link", "state"),
    "network.links": Kind("link holds_from", "holds_from", "commune", "agency"),
    "notary.blocks": Kind("block event occurred_at", "occurred_at", "commune", "issued_by", "block", "event"),
    "notary.contracts": Kind("contract event occurred_at", "occurred_at", "commune", "", "contract", "event"),
    "notary.database_counts": Kind("notary period_from", "period_from", "", ""),
    "npsp.integrations": Kind("procedure holds_from", "holds_from", "", "owner"),
    "npsp.scores": Kind("agency group period_from", "period_from", "", "agency"),
    "onestop.agencies": Kind("agency holds_from", "holds_from", "", "agency"),
    "onestop.centre_months": Kind("agency level period_from", "period_from", "", "agency"),
    "onestop.dossiers": Kind(
        "dossier event occurred_at", "occurred_at", "filed_at_area", "handled_by", "dossier", "event"
    ),
    "opendata.datasets": Kind("dataset holds_from", "holds_from", "", "publisher"),
    "opendata.updates": Kind("update event occurred_at", "occurred_at", "", "publisher", "update", "event"),
    "oversight.recommendations": Kind(
        "recommendation event occurred_on", "occurred_on", "", "addressed_to", "recommendation", "event"
    ),
    "payments.transactions": Kind(
        "payment event occurred_at", "occurred_at", "", "collected_by", "payment", "event"
    ),
    "people.equipment": Kind("agency period_from", "period_from", "", "agency"),
    "people.it_staff": Kind("agency period_from", "period_from", "", "agency"),
    "people.training": Kind("course", "held_on", "commune", "organiser", scale={"cost": 1000000}),
    "plans.milestones": Kind("milestone event occurred_on", "occurred_on", "", "owner", "milestone", "event"),
    "plans.progress": Kind("document target horizon period_from", "period_from", "", "owner"),
    "plans.targets": Kind("document target horizon holds_from", "holds_from", "served_area", "owner"),
    "postal.shipments": Kind(
        "shipment event occurred_at", "occurred_at", "commune", "office", "shipment", "event"
    ),
    "procedures.catalogue": Kind("procedure holds_from", "holds_from", "", "owner"),
    "procedures.publications": Kind(
        "decision procedure event occurred_on", "occurred_on", "", "owner", "entry", "event"
    ),
    "rankings.scores": Kind("index period_from", "period_from", "province", ""),
    "reports.forms": Kind("form holds_from", "holds_from", "", "owner"),
    "reports.submissions": Kind("report event occurred_at", "occurred_at", "", "reporter", "report", "event"),
    "reports.values": Kind(
        "form measure reporter commune period_from period_to value_kind", "period_from", "commune", "reporter"
    ),
    "safety.crimes": Kind("commune crime period_from", "period_from", "commune", ""),
    "safety.emergency_calls": Kind("case event occurred_at", "occurred_at", "commune", "", "case", "event"),
    "satisfaction.kiosk_answers": Kind("answer", "answered_at", "commune", "agency"),
    "satisfaction.surveys": Kind("survey agency aspect period_from", "period_from", "", "agency"),
    "sector.databases": Kind("database holds_from", "holds_from", "", "owner"),
    "security.alerts": Kind("alert", "raised_at", "", "agency"),
    "security.assessments": Kind("assessment", "assessed_on", "", "agency"),
    "security.endpoints": Kind("agency console period_from", "period_from", "", "agency"),
    "security.incidents": Kind(
        "incident event occurred_at", "occurred_at", "", "agency", "incident", "event"
    ),
    "security.infections": Kind("source endpoint family detected_at", "detected_at", "", "agency"),
    "security.layers": Kind("agency holds_from", "holds_from", "", "agency"),
    "security.systems": Kind("system holds_from", "holds_from", "", "owner"),
    "security.websites": Kind("site holds_from", "holds_from", "", "owner"),
    "services.hired_it": Kind(
        "contract event occurred_on",
        "occurred_on",
        "",
        "hired_by",
        "contract",
        "event",
        scale={"amount": 1000000},
    ),
    "statistics.population": Kind("commune period_from", "period_from", "commune", ""),
    "tourism.lodging_reports": Kind(
        "establishment guest_origin period_from", "period_from", "commune", "", scale={"receipts": 1000000}
    ),
    "traffic.crashes": Kind("crash", "occurred_at", "commune", ""),
    "traffic.travel_times": Kind("section period_from", "period_from", "commune", ""),
    "urban.services": Kind("service holds_from", "holds_from", "served_area", "owner"),
    "water.balances": Kind("zone period_from", "period_from", "commune", "company"),
    "water.supply": Kind("commune period_from", "period_from", "commune", ""),
    "workdossiers.counts": Kind("agency period_from", "period_from", "", "agency"),
}
