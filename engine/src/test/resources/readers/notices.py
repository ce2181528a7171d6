"""Tells what Python's email package and flufl.bounce read in notices: file, fact and value in a line, with tabs."""
import email
import email.policy
import sys
from pathlib import Path

from flufl.bounce import all_failures

UTF8 = email.policy.default.clone(utf8=True)


def groups(part):
    """The groups of fields of a delivery status; the package knows the type of RFC 3464 and not that of RFC 6533."""
    if part.get_content_type() == "message/delivery-status":
        return part.get_payload()
    whole = part.get_payload()[0].as_bytes(policy=email.policy.compat32)
    return [email.message_from_bytes(block + b"\n\n", policy=UTF8) for block in whole.strip().split(b"\n\n")]


for name in sys.argv[1:]:
    octets = Path(name).read_bytes()

    def tell(fact, value):
        print(Path(name).stem, fact, " ".join(str(value).split()), sep="\t")

    tell("short", max(map(len, octets.split(b"\r\n"))) <= 998)
    tell("seven", octets.isascii())
    tell("bare", b"\n" in octets.replace(b"\r\n", b"") or b"\r" in octets.replace(b"\r\n", b""))
    mail = email.message_from_bytes(octets, policy=email.policy.default)
    for field in ("From", "To", "Subject", "Auto-Submitted"):
        tell(field, mail[field])
    tell("type", mail.get_content_type())
    tell("report", mail.get_param("report-type"))
    parts = mail.get_payload()
    tell("parts", ",".join(part.get_content_type() for part in parts))
    tell("defects", [defect for part in mail.walk() for defect in part.defects])
    tell("text", parts[0].get_content())
    tell("encoding", parts[2]["Content-Transfer-Encoding"])
    back = parts[2]
    if back.get_content_type() in ("message/rfc822", "message/global"):
        inner = back.get_payload()[0]
        tell("back", inner["Subject"])
        tell("content", inner.get_payload(decode=True).decode(inner.get_content_charset("utf-8")))
    elif back.get_content_type() == "text/rfc822-headers":
        tell("back", email.message_from_bytes(back.get_payload(decode=True), policy=UTF8)["Subject"])
    for number, group in enumerate(groups(parts[1])):
        for field, value in group.items():
            tell(f"{number} {field}", value)
    temporary, permanent = all_failures(email.message_from_bytes(octets))
    tell("delayed", ",".join(sorted(address.decode() for address in temporary)))
    tell("failed", ",".join(sorted(address.decode() for address in permanent)))
