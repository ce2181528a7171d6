#!/bin/sh
# Puts real servers (unbound, BIND, Postfix, Exim, nginx) where RealServersTest finds them, readers of mail and names
# that others wrote (dkimpy, flufl.bounce, Mail::DeliveryStatus::BounceParser, idna) where ReadersTest does, programs that
# hand mail in (swaks, msmtp, curl, Cyrus SASL for Postfix) where RealClientsTest does, and strace if there is none:
# Debian's packages, unpacked into folders of the user's cache. Nothing is installed on the machine: no service starts, no
# account is made, and Postfix and Exim, whose packages exclude each other, lie side by side.
#
#   lab/real/install.sh             does nothing when all is there already
#   lab/real/install.sh --again     fetches everything anew, for newer versions
#
# Exits with 0 when the servers are there, with 3 and the reason when this machine cannot have them.
set -eu

PACKAGES_TOGETHER="unbound bind9 bind9-utils postfix nginx libnss-wrapper"
PACKAGES_APART="exim4-daemon-light" # apt would not consider it together with postfix
PROGRAMS="sbin/unbound sbin/named bin/dnssec-keygen bin/dnssec-signzone sbin/exim4 sbin/nginx lib/postfix/sbin/master
    lib/postfix/sbin/smtpd"
READERS="python3-dkim python3-nacl python3-dnspython python3-flufl.bounce python3-zope.interface python3-public
    python3-pkg-resources python3-idna libmail-deliverystatus-bounceparser-perl libmailtools-perl libmime-tools-perl
    libtimedate-perl"
CLIENTS="swaks libnet-ssleay-perl libio-socket-ssl-perl perl-openssl-defaults libauthen-sasl-perl msmtp curl
    libsasl2-modules"
DEBIAN_MIN=12

cache="${XDG_CACHE_HOME:-$HOME/.cache}/sternpost"
folder="$cache/real-servers"
readers="$cache/mail-readers"
clients="$cache/mail-clients"
tools="$cache/tools"

impossible() {
    echo "real servers: not installed: $1" >&2
    exit 3
}

# The shared libraries that lie in the folder, for the loader.
libraries() {
    echo "$1"/root/usr/lib/*-linux-gnu* "$1"/root/lib/*-linux-gnu* "$1/root/usr/lib/postfix" "$1/root/usr/lib" | tr ' ' ':'
}

# Every program is there and finds all its libraries.
complete() {
    [ "$(cat "$1/system" 2>/dev/null)" = "$system" ] || return 1
    for program in $PROGRAMS; do
        [ -x "$1/root/usr/$program" ] || return 1
        if LD_LIBRARY_PATH="$(libraries "$1")" ldd "$1/root/usr/$program" | grep 'not found' >&2; then return 1; fi
    done
}

[ "$(id -u)" -eq 0 ] || impossible "Postfix and Exim start only as root, and this is user $(id -un)"
[ -r /etc/os-release ] && . /etc/os-release
[ "${ID:-}" = debian ] || impossible "the packages are Debian's, and this is ${PRETTY_NAME:-another system}"
[ "${VERSION_ID:-$DEBIAN_MIN}" -ge "$DEBIAN_MIN" ] || impossible "$PRETTY_NAME is older than Debian $DEBIAN_MIN"
for tool in apt-get dpkg-deb ldd setsid setpriv flock; do
    command -v "$tool" >/dev/null || impossible "there is no $tool"
done
system="${VERSION_ID:-testing} $(dpkg --print-architecture)"

mkdir -p "$cache"
exec 9>"$folder.lock"
flock 9

# With lists and locks of its own, so that the machine's package management notices nothing.
apt() {
    apt-get -qq -o Dir::State::Lists="$new/apt/lists" -o Dir::Cache="$new/apt" -o APT::Sandbox::User=root \
        -o Debug::NoLocking=1 -o Acquire::Retries=3 "$@"
}

# Unpacks packages, and what they need and the machine lacks, into $new; each argument is a group that goes together.
unpack() {
    rm -rf "$new"
    mkdir -p "$new/root" "$new/apt/lists/partial" "$new/apt/archives/partial" "$new/packages"
    trap 'rm -rf "$new"' EXIT
    apt update
    # shellcheck disable=SC2086 # one word each
    missing="$(for group in "$@"; do
        apt -s --no-install-recommends install $group | sed -n 's/^Inst \([^ ]*\) .*/\1/p'
    done)"
    # shellcheck disable=SC2048,SC2086
    (cd "$new/packages" && apt download $(printf '%s\n' $missing $* | sort -u))
    for package in "$new"/packages/*.deb; do
        dpkg-deb -x "$package" "$new/root"
    done
    # shellcheck disable=SC2048
    for package in $*; do
        echo "$package $(dpkg-deb -f "$new/packages/$package"_*.deb Version)"
    done >"$new/versions"
    echo "$system" >"$new/system"
    find "$new/root" -type f -perm /6000 -exec chmod u-s,g-s {} +
    rm -rf "$new/apt" "$new/packages"
}

if [ "${1:-}" != --again ] && complete "$folder"; then
    echo "real servers: $folder has $(tr '\n' ';' <"$folder/versions")"
else
    new="$folder.new"
    unpack "$PACKAGES_TOGETHER" "$PACKAGES_APART"
    complete "$new" || {
        echo "real servers: the packages do not make a whole: a program or a library is missing in $new/root" >&2
        trap - EXIT
        exit 1
    }
    rm -rf "$folder"
    mv "$new" "$folder"
    echo "real servers: unpacked into $folder: $(tr '\n' ';' <"$folder/versions")"
fi

# The recorder of PowerLossTest and of bench's syncs, where the machine has none.
if ! command -v strace >/dev/null && { [ "${1:-}" = --again ] || [ "$(cat "$tools/system" 2>/dev/null)" != "$system" ]; }; then
    new="$tools.new"
    unpack strace
    rm -rf "$tools"
    mv "$new" "$tools"
    echo "tools: unpacked into $tools: $(tr '\n' ';' <"$tools/versions")"
fi

# Packages that go together, in a folder of their own: what they are, the folder, the packages, --again or not.
folder_of() {
    if [ "${4:-}" != --again ] && [ "$(cat "$2/system" 2>/dev/null)" = "$system" ]; then
        echo "$1: $2 has $(tr '\n' ';' <"$2/versions")"
        return
    fi
    new="$2.new"
    unpack "$3"
    rm -rf "$2"
    mv "$new" "$2"
    echo "$1: unpacked into $2: $(tr '\n' ';' <"$2/versions")"
}

folder_of "mail readers" "$readers" "$READERS" "${1:-}"
folder_of "mail clients" "$clients" "$CLIENTS" "${1:-}"
