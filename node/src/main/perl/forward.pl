# Hands a command on content to the node that runs on its data directory, as libp2p.node.content.CommandForwarder does, without
# the start of a virtual machine. The frames are those of libp2p.node.content.Frames.
#
#   perl forward.pl LAUNCHER COMMAND [WORD…]
#
# LAUNCHER is started in the place of this program, with P2P_FORWARD=no, if the node is not there any more or if the words
# are none that this program can hand over: it then does the command by itself, or tells what is wrong.
use strict;
use warnings;
use Socket qw(PF_UNIX SOCK_STREAM SHUT_WR pack_sockaddr_un);

use constant { EXIT => 0, OUT => 1, ERR => 2, HEAD => 5, PIECE => 1 << 17, WORDS => 100_000, WORD_BYTES => 65_535 };

my ($launcher, @words) = @ARGV;
my $command = $words[0];
binmode STDIN;
binmode STDOUT;
binmode STDERR;

# The launcher does the command.
sub give_up {
    $ENV{P2P_FORWARD} = 'no';
    exec { $launcher } $launcher, @words or fail("$launcher cannot be started: $!");
}

sub fail {
    print STDERR "$command: $_[0]\n";
    exit 1;
}

sub write_all {
    my ($to, $at) = ($_[0], 0);
    while ($at < length $_[1]) {
        my $count = syswrite $to, $_[1], length($_[1]) - $at, $at;
        $at += $count, next if defined $count;
        return 0 unless $!{EINTR};
    }
    return 1;
}

# Reads as many bytes as asked for, or fails.
sub read_all {
    my ($from, $length) = @_;
    my $bytes = '';
    while (length $bytes < $length) {
        my $count = sysread $from, $bytes, $length - length $bytes, length $bytes;
        next if !defined $count && $!{EINTR};
        fail('the node ended before the command was done') unless $count;
    }
    return $bytes;
}

# The data directory as it is named last.
sub data_directory {
    my $data;
    for my $i (1 .. $#words) {
        $data = $words[$i + 1] if $words[$i] eq '--data' && $i < $#words;
        $data = $1 if $words[$i] =~ /^--data=(.*)/s;
    }
    return $data;
}

# Whether the words fit into frames: characters outside of Unicode's first plane have another form there.
sub fits {
    return 0 if @_ > WORDS;
    for my $word (@_) {
        my $copy = $word;
        return 0 if length $word > WORD_BYTES || $word =~ /[\xf0-\xff]/ || !utf8::decode($copy);
    }
    return 1;
}

my $data = data_directory();
give_up() unless defined $data;
my $path = "$data/content/control/socket";
socket(my $node, PF_UNIX, SOCK_STREAM, 0) or give_up();
my $address = eval { pack_sockaddr_un($path) } or give_up(); # a path may be too long for it
connect($node, $address) or give_up(); # its process was killed and has left the socket behind

my $folder = readlink '/proc/self/cwd';
$folder = do { require Cwd; Cwd::getcwd() } unless defined $folder;
my @request = ($folder, @words);
push @request, '--progress' # the node cannot know that a person reads
    if $command ne 'name' && -t STDIN && -t STDOUT && !grep { /^--(?:(?:no-)?progress|json)$/ } @words;
fits(@request) or give_up();
$SIG{PIPE} = 'IGNORE';
write_all($node, pack 'N (n/a*)*', scalar @request, @request) or fail("the node does not take the command: $!");

# Only where the command reads its input: a terminal would be read for ever.
my $sender;
if (grep({ $_ eq '-' } @words) || $command eq 'dag' && grep({ /^(?:put|import)$/ } @words) || $command eq 'block' && grep({ $_ eq 'put' } @words)) {
    $sender = fork;
    defined $sender or fail("no process can be started: $!");
    if (!$sender) {
        my $piece;
        while (my $count = sysread STDIN, $piece, PIECE) {
            write_all($node, $piece) or last;
        }
        shutdown $node, SHUT_WR;
        exit 0;
    }
} else {
    shutdown $node, SHUT_WR;
}

$SIG{PIPE} = 'DEFAULT'; # a reader that wants no more ends the command, and the node sees the socket close
my $code;
until (defined $code) {
    my ($kind, $number) = unpack 'CN', read_all($node, HEAD);
    if ($kind == EXIT) {
        $code = $number;
    } elsif ($number > PIECE) {
        fail("a piece of $number bytes");
    } else {
        write_all($kind == OUT ? \*STDOUT : \*STDERR, read_all($node, $number)) or fail("the output cannot be written: $!");
    }
}
if ($sender) {
    kill 'TERM', $sender; # it may still wait for input that nobody needs
    waitpid $sender, 0;
}
exit($code & 0xff);
