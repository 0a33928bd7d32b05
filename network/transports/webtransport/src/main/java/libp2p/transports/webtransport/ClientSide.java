package libp2p.transports.webtransport;

import java.util.List;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import libp2p.http3.Settings;
import libp2p.http3.qpack.Field;

/** The side that asks for a session, when it has heard the settings of the server. */
final class ClientSide implements Http3Side {
    private final String authority;

    /** @param authority host and port of the server */
    ClientSide(String authority) {
        this.authority = authority;
    }

    @Override
    public Settings settings() {
        return SessionSettings.OF_CLIENT;
    }

    @Override
    public void settings(Settings remote, Http3 http) throws Http3Exception {
        http.streams().credit().none(); // this side sets no limits
        if (!SessionSettings.takesSessions(remote)) {
            http.refused("the remote peer takes no sessions of WebTransport");
            return;
        }
        RequestStream request = http.openRequest();
        if (request == null) {
            http.refused("the remote peer allows no request");
            return;
        }
        request.send(List.of(
                new Field(":method", "CONNECT"),
                new Field(":scheme", "https"),
                new Field(":authority", authority),
                new Field(":path", SessionSettings.PATH + "?type=noise"),
                new Field(":protocol", SessionSettings.token(remote))));
    }

    @Override
    public void mayRequest() throws Http3Exception {
        throw new Http3Exception(Http3Error.STREAM_CREATION_ERROR, "a request of a server");
    }

    @Override
    public void message(RequestStream request, List<Field> fields, Http3 http) throws Http3Exception {
        Field first = fields.isEmpty() ? new Field("", "") : fields.getFirst();
        if (!first.name().equals(":status") || !first.value().matches("[1-5][0-9][0-9]")) {
            throw new Http3Exception(Http3Error.MESSAGE_ERROR, "a response without a status");
        }
        char kind = first.value().charAt(0);
        if (kind == '2') {
            http.begin(request);
        } else if (kind != '1') { // those of 1xx come before the response
            http.refused("the remote peer answers the request for a session with status " + first.value());
        }
    }
}
