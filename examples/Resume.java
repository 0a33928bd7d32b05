import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import libp2p.Libp2p;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;

byte[] file = new byte[3_000_000];
byte[] got = new byte[file.length];
int done;

/** A kept peer is dialed again whenever the connection is lost; a download goes on where it was. */
void main() throws Exception {
    new Random().nextBytes(file);
    try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
            Host client = Libp2p.host().start();
            Subscription<ConnectednessChanged> events = client.events().subscribe(ConnectednessChanged.class)) {
        server.handle("/file/1.0.0", this::serve);
        client.connectionManager().keep(PeerAddress.of(server.peerId(), server.addresses()));
        int connections = 0;
        while (done < file.length) {
            if (events.take(Deadline.NONE).connectedness() == Connectedness.CONNECTED) {
                connections++;
                download(client, PeerAddress.of(server.peerId()));
            }
        }
        System.out.println((Arrays.equals(got, file) ? "whole" : "broken") + " after " + connections + " connections");
    }
}

/** Sends the file from an offset on, over a bad line: no connection carries more than a million bytes. */
void serve(Stream stream) throws IOException {
    int offset = new DataInputStream(stream.input()).readInt();
    stream.write(file, offset, Math.min(1_000_000, file.length - offset));
    stream.closeWrite();
    stream.connection().close(0, "the line is bad");
}

void download(Host client, PeerAddress server) {
    try (Stream stream = client.open(server, DialOptions.DEFAULT.withNoDial(), "/file/1.0.0")) {
        stream.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, done));
        int count;
        while ((count = stream.read(got, done, file.length - done)) > 0) {
            done += count;
        }
    } catch (IOException lost) {
        System.err.println("lost at " + done);
    }
}
