# submit.py PORT starttls|tls|proxy MECHANISM|none USER PASSWORD: one message by Python's smtplib; says "sent", or the reply.
import base64, hashlib, hmac, os, smtplib, socket, ssl, sys

port, tls, mechanism, user, password = sys.argv[1:6]
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
if tls == 'tls':
    client = smtplib.SMTP_SSL('127.0.0.1', int(port), context=context, timeout=60)
elif tls == 'proxy':
    class BehindProxy(smtplib.SMTP):
        def _get_socket(self, host, port, timeout):
            opened = super()._get_socket(host, port, timeout)
            addresses = socket.inet_aton('198.51.100.7') + socket.inet_aton('127.0.0.1') + b'\0\1\0\31'
            opened.sendall(b'\r\n\r\n\0\r\nQUIT\n\x21\x11' + len(addresses).to_bytes(2, 'big') + addresses)
            return opened
    client = BehindProxy('127.0.0.1', int(port), timeout=60)
else:
    client = smtplib.SMTP('127.0.0.1', int(port), timeout=60)
    client.starttls(context=context)
client.ehlo('client.example')


class Scram:
    """RFC 5802 and RFC 7677, from their text."""

    def __init__(self):
        self.steps = [self.first, self.final, self.verify]

    def __call__(self, challenge=None):
        return self.steps.pop(0)(challenge)

    def first(self, _):
        self.nonce = base64.b64encode(os.urandom(18)).decode()
        self.bare = 'n=' + user.replace('=', '=3D').replace(',', '=2C') + ',r=' + self.nonce
        return 'n,,' + self.bare

    def final(self, challenge):
        server = challenge.decode()
        said = dict(part.split('=', 1) for part in server.split(','))
        assert said['r'].startswith(self.nonce) and len(said['r']) > len(self.nonce)
        salted = hashlib.pbkdf2_hmac('sha256', password.encode(), base64.b64decode(said['s']), int(said['i']))
        key = hmac.digest(salted, b'Client Key', 'sha256')
        without = 'c=' + base64.b64encode(b'n,,').decode() + ',r=' + said['r']
        message = ','.join([self.bare, server, without]).encode()
        signature = hmac.digest(hashlib.sha256(key).digest(), message, 'sha256')
        proof = bytes(a ^ b for a, b in zip(key, signature))
        self.expected = hmac.digest(hmac.digest(salted, b'Server Key', 'sha256'), message, 'sha256')
        return without + ',p=' + base64.b64encode(proof).decode()

    def verify(self, challenge):
        assert challenge == b'v=' + base64.b64encode(self.expected), 'the server does not know the password'
        return ''


try:
    client.user, client.password = user, password
    if mechanism == 'PLAIN':
        client.auth('PLAIN', client.auth_plain)
    elif mechanism == 'LOGIN':
        client.auth('LOGIN', client.auth_login)
    elif mechanism == 'SCRAM-SHA-256':
        client.auth('SCRAM-SHA-256', Scram())
    client.sendmail('admin@lab.test', ['user@dane-ok.test'], 'Subject: ' + mechanism + '\r\n\r\nhello\r\n')
    print('sent')
except smtplib.SMTPSenderRefused as refused:
    print(refused.smtp_code, refused.smtp_error.decode())
except smtplib.SMTPResponseException as refused:
    print(refused.smtp_code, refused.smtp_error.decode())
client.close()
