# dialogue.py HOST:PORT plain|tls CA PROXIED: says by smtplib what stands on standard input, and prints each reply.
# PROXIED is the client's address in a PROXY header before all else, or "-".
import ipaddress, smtplib, socket, ssl, sys

where, tls, ca, proxied = sys.argv[1:5]
address, _, port = where.rpartition(':')
context = ssl.create_default_context(cafile=ca)


def header():
    source = ipaddress.ip_address(proxied)
    to = ipaddress.ip_address('::1' if source.version == 6 else '127.0.0.1')
    # Behind the addresses comes what proxies add: here one TLV of type PP2_TYPE_NOOP.
    rest = source.packed + to.packed + b'\x10\x92\0\x19' + b'\x04\0\x03abc'
    family = b'\x21' if source.version == 6 else b'\x11'
    return b'\r\n\r\n\0\r\nQUIT\n\x21' + family + len(rest).to_bytes(2, 'big') + rest


class Client(smtplib.SMTP):
    def _get_socket(self, host, port, timeout):
        opened = socket.create_connection((address, port), timeout)
        if proxied != '-':
            opened.sendall(header())
        return context.wrap_socket(opened, server_hostname=host) if tls == 'tls' else opened


def show(reply):
    print(reply[0], reply[1].decode().replace('\n', ' | '))


client = None
for line in sys.stdin.read().splitlines():
    verb, _, rest = line.partition(' ')
    words = rest.split()
    try:
        if client is None:
            client = Client('localhost', int(port), local_hostname='client.example', timeout=60)
        if verb == 'STARTTLS':
            show(client.starttls(context=context))
            client.ehlo()
        elif verb == 'LOGIN':  # PLAIN or LOGIN, as smtplib chooses
            user, _, password = rest.partition(' ')
            show(client.login(user, password))
        elif verb == 'FEATURES':
            client.ehlo()
            print(' '.join(sorted(client.esmtp_features)), '|' + client.esmtp_features.get('auth', ''))
        elif verb == 'MAIL':
            client.ehlo_or_helo_if_needed()
            show(client.mail(words[0], words[1:]))
        elif verb == 'RCPT':
            show(client.rcpt(words[0], words[1:]))
        elif verb == 'DATA':
            show(client.data('Subject: %s\r\n\r\n.\r\nhello\r\n' % rest))
        elif verb == 'BDAT':  # the size of the chunks, then the subject: all at once, as RFC 3030 section 4.2 has it
            text = b'Subject: %s\r\n\r\n.\r\nhello\r\n' % ' '.join(words[1:]).encode()
            size = int(words[0])
            chunks = [text[at:at + size] for at in range(0, len(text), size)]
            client.sock.sendall(b''.join(b'BDAT %d\r\n%s' % (len(one), one) for one in chunks) + b'BDAT 0 LAST\r\n')
            replies = [client.getreply() for _ in range(len(chunks) + 1)]
            assert all(code == 250 and words.endswith(b' octets') for code, words in replies[:-1]), replies
            show(replies[-1])
        else:
            show(client.docmd(line))
    except smtplib.SMTPResponseException as refused:
        show((refused.smtp_code, refused.smtp_error))
    except (smtplib.SMTPServerDisconnected, ConnectionError, ssl.SSLError):
        print('closed')
        client = None
if client:
    client.close()
