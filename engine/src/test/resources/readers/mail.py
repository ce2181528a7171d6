"""Tells what Python's email package, dkimpy and flufl.bounce read in messages; a line for each fact."""
import email
import email.policy
import sys
from pathlib import Path

import dkim
from flufl.bounce import all_failures

for name in sys.argv[1:]:
    octets = Path(name).read_bytes()
    label = Path(name).stem

    def tell(*words):
        print(label, *words)

    tell("longest", max(map(len, octets.split(b"\r\n"))) <= 998)
    tell("seven", octets.isascii())
    mail = email.message_from_bytes(octets, policy=email.policy.default)
    for field in ("From", "To", "Subject", "Date"):
        tell(field, str(mail[field]))
        tell("defects", field, list(mail[field].defects))
    tell("zone", mail["Date"].datetime.utcoffset())
    tell("to", len(mail["To"].addresses), ",".join(address.addr_spec for address in mail["To"].addresses))
    for part in mail.walk():
        tell("part", part.get_content_type(), list(part.defects))
        if part.get_content_type() == "text/plain":
            tell("text", " ".join(part.get_content().split()))
        if part.get_content_type().endswith("delivery-status"):
            for number, group in enumerate(part.get_payload() if part.is_multipart() else []):
                for field, value in group.items():
                    tell("status", number, field + ":", " ".join(str(value).split()))
    plain = email.message_from_bytes(octets)
    tell("bounced", sorted(address.decode("utf-8") for address in all_failures(plain)[1]))
    key = Path(name).with_suffix(".dns")
    if key.exists():
        tell("dkim", dkim.verify(octets, dnsfunc=lambda *_, **__: key.read_bytes()))
