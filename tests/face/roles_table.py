"""What the roles' table says, by hand, and where the rooms stand otherwise."""

from __future__ import annotations

from domain.kernel.actor import Role
from tests.face.matrix import SHORT

COLUMNS = [role for role in SHORT if role is not Role.ANONYMOUS]
# The roles' table, by hand: whose rows each role sees. o own or assigned ones, a all, - none.
#                 CUS PAR REP SAL CS CH CM FIN FAP UW RSK COM HR ADM
TABLE = {
    "Customer":       "o o - o a a a a a a a a - -",
    "Product":        "o o - a a a a a a a a a - -",
    "ProductVersion": "o o - a a a a a a a a a - -",
    "Policy":         "o o - o a a a a a a a a - -",
    "Claim":          "o o - - a o a a a a a a - -",
    "Payout":         "o - o - a a a a a - a a - -",
    "RepairOrder":    "o o o - a a a a - - a a - -",
    "Salvage":        "o - - - a a a a a - a a - -",
    "Subrogation":    "- - - - a a a a a - a a - -",
    "RecoveryReceipt": "- - - - a a a a a - a a - -",
    "Complaint":      "o o - - a o o - - - a a - -",
    "Inquiry":        "o o - o a o a - - o - a - -",
    "Survey":         "o - - - a o a - - - - a - -",
    "SurveyMonth":    "- - - - - - a - - - - a a -",
    "Recommendation": "o o - o a - - - - a - a - -",
    "Application":    "o o - o a - - a - a a a - -",
    "Staff":          "- - - - - - - - - - - a a a",
    "AuthorityLimit": "- - - - - - - - - - - a a a",
    "StaffChange":    "- - - - - - - - - - - a a a",
    "AuditEntry":     "- - - - - - - - - - - a - o",
    "Job":            "o o - o o o o o o o - a - a",
}  # fmt: skip
# Where the rooms stand otherwise than the table, and why. Each is as it stands here, or the test fails.
OTHERWISE = {
    "Customer": {"a": "SAL"},  # no room assigns customers or policies to a seller
    "Policy": {"a": "SAL"},
    "Product": {"a": "HR ADM"},  # what is sold is public to everybody in the house
    "ProductVersion": {"a": "HR ADM"},
    "Claim": {"a": "CH"},  # handlers take up claims that nobody has, and stand in for colleagues
    "Staff": {"a": "SAL CS CH CM FIN FAP UW RSK"},  # colleagues by name; roles and limits are kept apart below
    "AuthorityLimit": {"o": "SAL CS CH CM FIN FAP UW RSK HR"},  # everybody knows his or her own
    "AuditEntry": {"-": "ADM"},  # no entry is marked as technical
    "Job": {"o": "RSK HR"},  # whoever causes a job can follow it
}
FIELDS = {
    "Claim.reserve": "CH CM FIN FAP UW RSK COM",
    "Staff.roles": "COM HR ADM",
}
FIELDS_OTHERWISE = {"Claim.reserve": "CH CM FIN FAP RSK COM"}  # underwriters see the history of claims only
# What the table lets each role create, change, decide or carry out.
VERBS = {
    "customerChangeContact": "CUS CS",
    "customerReveal": "CUS CS CH CM FIN FAP UW RSK COM",
    "customerCheckIdentity": "SAL CS UW",
    "consentGive": "CUS PAR SAL CS",
    "consentWithdraw": "CUS PAR SAL CS",
    "productDraft": "UW",
    "productRevise": "UW",
    "productSubmit": "UW",
    "productReturn": "COM",
    "productPutOnSale": "COM",
    "commissionSet": "UW",
    "applicationDraft": "CUS PAR SAL CS",
    "applicationSubmit": "CUS PAR SAL CS",
    "applicationAccept": "UW",
    "applicationDecline": "UW",
    "underwritingFlagApprove": "UW",
    "policyCancel": "CUS PAR SAL CS UW",
    "bordereauGenerate": "FIN",
    "bordereauSubmit": "FIN",
    "bordereauAcknowledge": "PAR",
    "bordereauReject": "PAR",
    "claimBordereauGenerate": "FIN",
    "claimBordereauSubmit": "FIN",
    "claimBordereauAcknowledge": "PAR",
    "claimBordereauReject": "PAR",
    "repairOrderCreate": "CH CM",
    "repairOrderDispatch": "CH CM",
    "repairOrderAccept": "REP",
    "repairOrderRevealContact": "REP",
    "repairOrderSubmitEstimate": "REP",
    "repairOrderApproveEstimate": "CH CM",
    "repairOrderRefusePayment": "CM",
    "repairOrderCancel": "CH CM",
    "salvageSell": "CH CM",
    "subrogationWaive": "CM",
    "recoveryReceiptConfirm": "FIN",
    "claimReport": "CUS PAR CS",
    "firstNoticeBegin": "CUS PAR CS",
    "firstNoticeUpdate": "CUS PAR CS",
    "firstNoticeSubmit": "CUS PAR CS",
    "firstNoticeAbandon": "CUS PAR CS",
    "claimPaperTicket": "CUS PAR CS CH CM",
    "claimAcceptDocument": "CH CM",
    "claimRejectDocument": "CH CM",
    "claimWaiveDocument": "CH CM",
    "claimSetLines": "CH CM",
    "claimRecordThirdParty": "CH CM",
    "claimApprove": "CH CM",
    "claimRescind": "CM",
    "payoutMakeReady": "FIN",
    "payoutApprove": "FAP",
    "payoutHold": "RSK",
    "complaintReceive": "CUS PAR CS",
    "inquiryOpen": "CUS PAR SAL CS",
    "inquiryAnswer": "SAL CS CH UW",
    "inquiryEscalate": "CS",
    "surveyAnswer": "CUS",
    "complaintDraftReply": "CS CH CM",
    "complaintApproveReply": "COM",
    "staffJoin": "HR",
    "staffGrantQualification": "HR",
    "staffProposeRoles": "ADM",
    "staffConfirmChange": "ADM",
    "jobRetry": "ADM",
}
VERBS_OTHERWISE = {
    "customerReveal": "CUS CS CH CM FIN FAP RSK COM",  # underwriters have no work that needs it
    "policyCancel": "CUS CS",  # partners and sellers send the customer to the insurer; nobody decides about it yet
    "payoutHold": "RSK COM",  # compliance stops money, too
    "staffJoin": "HR ADM",
}
