# Tells what Mail::DeliveryStatus::BounceParser reads in notices; a line for each recipient.
use strict;
use warnings;
use Mail::DeliveryStatus::BounceParser;

for my $file (@ARGV) {
    open my $in, '<', $file or die "$file: $!";
    local $/;
    my $text = <$in>;
    my ($label) = $file =~ m{([^/]+)\.eml$};
    $text =~ s/\r\n/\n/g;
    my $bounce = eval { Mail::DeliveryStatus::BounceParser->new($text) } or die "$file: $@";
    print "$label is_bounce ", ($bounce->is_bounce ? 1 : 0), "\n";
    for my $report ($bounce->reports) {
        print "$label report ", join(' ', map { $report->get($_) // '' } qw(email action status smtp_code std_reason)),
            "\n";
    }
}
