package libp2p.filecoin;

import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressScope;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.client.JdkHttpClient;
import libp2p.http.client.StreamHttpClient;
import libp2p.multiformats.MalformedException;

/** Fetches the CAR of a deal, from where an earlier attempt has ended. */
final class CarTransfer {
    private static final String LIBP2P = "libp2p://";
    private static final int PIECE = 1 << 16;
    private static final int OK = 200;
    private static final int PARTIAL = 206;

    private final Host host;
    private final StagedCars cars;
    private final boolean nearHttp;

    CarTransfer(Host host, StagedCars cars, boolean nearHttp) {
        this.host = host;
        this.cars = cars;
        this.nearHttp = nearHttp;
    }

    /** A server and what is asked of it. */
    private record Call(HttpClient client, String target) {}

    /**
     * Checks a source before anything is fetched. A peer can have itself called alone, at an address that reaches as far
     * as its connection, so that no stranger points this host at others.
     *
     * @param reach of the proposer's connection
     * @throws MalformedException if it is none that is called
     */
    static void check(DealTransfer.Source source, PeerId proposer, AddressScope reach) {
        if (source.url().startsWith(LIBP2P)) {
            PeerAddress peer = PeerAddress.parse(source.url().substring(LIBP2P.length()));
            if (!proposer.equals(peer.peer()) || peer.addresses().size() > 1) {
                throw new MalformedException("a transfer from another peer than the one that proposes the deal");
            }
            if (reach.fitting(peer.addresses()).size() < peer.addresses().size()) {
                throw new MalformedException("a transfer from an address that is nearer than the proposer");
            }
            return;
        }
        try {
            URI url = URI.create(source.url());
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return;
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedException("a transfer from " + MalformedException.quote(source.url()));
        }
        throw new MalformedException("a transfer from " + MalformedException.quote(source.url()));
    }

    private Call call(DealTransfer.Source source) {
        if (source.url().startsWith(LIBP2P)) {
            PeerAddress peer = PeerAddress.parse(source.url().substring(LIBP2P.length()));
            return new Call(new StreamHttpClient(host, peer, DealTransfer.PROTOCOL), "/");
        }
        URI url = URI.create(source.url());
        URI server = URI.create(url.getScheme() + "://" + url.getRawAuthority());
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return new Call(
                new JdkHttpClient(host.environment(), server, null, !nearHttp),
                url.getRawQuery() == null ? path : path + "?" + url.getRawQuery());
    }

    /**
     * Fetches what is missing; blocks.
     *
     * @throws IOException if the CAR is not whole; {@link DealException} if there is no use in another attempt
     */
    void fetch(UUID deal, PeerId proposer, DealTransfer transfer, Deadline deadline) throws IOException {
        DealTransfer.Source source;
        try {
            source = transfer.source();
            check(source, proposer, AddressScope.MACHINE); // its reach was checked when the deal was accepted
        } catch (MalformedException e) {
            throw new DealException(String.valueOf(e.getMessage()), proposer, false);
        }
        long here = cars.size(deal);
        if (here < transfer.size()) {
            Call call = call(source);
            try (HttpClient client = call.client()) {
                Map<String, String> headers = new LinkedHashMap<>(source.headers());
                headers.keySet().removeIf(name -> name.equalsIgnoreCase("Range") || name.equalsIgnoreCase("Host"));
                headers.put("Range", "bytes=" + here + "-");
                try (HttpClientResponse response =
                        client.send(HttpRequest.of("GET", call.target(), headers), deadline)) {
                    receive(deal, proposer, transfer, here, response);
                }
            } catch (IllegalArgumentException e) {
                throw new DealException("a transfer that cannot be asked for: " + e.getMessage(), proposer, false);
            }
        }
        if (cars.size(deal) != transfer.size()) {
            throw new DealException("a CAR of " + cars.size(deal) + " bytes, not " + transfer.size(), proposer, true);
        }
        cars.force(deal);
    }

    private void receive(UUID deal, PeerId proposer, DealTransfer transfer, long here, HttpClientResponse response)
            throws IOException {
        if (response.status() == OK && here > 0) {
            cars.delete(deal); // it begins anew
        } else if (response.status() == PARTIAL) {
            if (!response.header("Content-Range").startsWith("bytes " + here + "-")) {
                throw new DealException("another part of the CAR than was asked for", proposer, false);
            }
        } else if (response.status() != OK) {
            throw new DealException(
                    "the CAR is refused with " + response.status(), proposer, response.status() / 100 == 5);
        }
        long left = transfer.size() - cars.size(deal);
        byte[] piece = new byte[PIECE];
        while (left > 0) {
            int count = response.body().read(piece, 0, (int) Math.min(PIECE, left));
            if (count < 0) {
                return;
            }
            cars.append(deal, piece, count);
            left -= count;
        }
    }
}
