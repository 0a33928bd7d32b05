package libp2p.transports.webtransport;

import java.util.List;
import libp2p.http3.Http3Exception;
import libp2p.http3.Settings;
import libp2p.http3.qpack.Field;

/** The half of HTTP/3 in which client and server differ. Needs the lock of the connection. */
interface Http3Side {
    /** The settings of this side. */
    Settings settings();

    /** The settings of the remote have come. */
    void settings(Settings remote, Http3 http) throws Http3Exception;

    /** The remote begins a request. */
    void mayRequest() throws Http3Exception;

    /** A field section has come. */
    void message(RequestStream request, List<Field> fields, Http3 http) throws Http3Exception;
}
