package libp2p.testkit.oracle;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;

/**
 * A registration that has expired, or was taken back, is gone: a rendezvous point names a peer for as long as it has
 * agreed to.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/rendezvous/README.md">Rendezvous</a>
 */
final class RegistrationOracle implements Oracle {
    private static final int TYPE = 1;
    private static final int REGISTER = 0;
    private static final int REGISTER_RESPONSE = 1;
    private static final int UNREGISTER = 2;
    private static final int DISCOVER_RESPONSE = 4;
    private static final int REGISTER_FIELD = 2;
    private static final int REGISTER_RESPONSE_FIELD = 3;
    private static final int UNREGISTER_FIELD = 4;
    private static final int DISCOVER_RESPONSE_FIELD = 6;
    private static final int NAMESPACE = 1;
    private static final int SIGNED_RECORD = 2;
    private static final int TTL = 3;
    private static final int STATUS = 1;
    private static final int REGISTRATIONS = 1;
    private static final int ENVELOPE_PAYLOAD = 3;
    private static final int RECORD_PEER = 1;
    private static final long DEFAULT_TTL = TimeUnit.HOURS.toSeconds(2);
    private static final long SLACK = TimeUnit.SECONDS.toNanos(10);

    private record Registration(Object instance, String namespace, String peer) {}

    private record Asked(Registration registration, long ttl) {}

    private record Asker(Object instance, PeerId peer) {}

    private final Map<Registration, Long> ends = new HashMap<>();
    private final Map<Asker, Asked> asked = new HashMap<>();

    @Override
    public boolean reads(String protocol) {
        return protocol.startsWith("/rendezvous/");
    }

    private static String peer(Fields register) {
        Fields record = new Fields(new Fields(register.bytes(SIGNED_RECORD)).bytes(ENVELOPE_PAYLOAD));
        return HexFormat.of().formatHex(record.bytes(RECORD_PEER));
    }

    @Override
    public void heard(Exchange exchange, Fields message, Consumer<String> faults) {
        if (!exchange.inbound()) {
            return;
        }
        Object instance = exchange.instance();
        Asker asker = new Asker(instance, exchange.peer());
        long now = exchange.now();
        switch ((int) message.number(TYPE, 0)) {
            case REGISTER -> {
                for (Fields register : message.messages(REGISTER_FIELD)) {
                    Registration wanted = new Registration(instance, register.text(NAMESPACE), peer(register));
                    long ttl = register.number(TTL, DEFAULT_TTL);
                    asked.put(asker, new Asked(wanted, ttl));
                }
            }
            case REGISTER_RESPONSE -> {
                Asked done = asked.remove(asker);
                for (Fields answer : message.messages(REGISTER_RESPONSE_FIELD)) {
                    if (done != null && answer.number(STATUS, 0) == 0) {
                        long ttl = TimeUnit.SECONDS.toNanos(answer.number(TTL, done.ttl));
                        ends.put(done.registration, now + ttl);
                    }
                }
            }
            case UNREGISTER -> {
                for (Fields unregister : message.messages(UNREGISTER_FIELD)) {
                    String namespace = unregister.text(NAMESPACE);
                    ends.replaceAll((registration, end) -> registration.instance == instance
                                    && registration.namespace.equals(namespace)
                                    && registration.peer.equals(HexFormat.of()
                                            .formatHex(exchange.peer().toBytes()))
                            ? Math.min(end, now)
                            : end);
                }
            }
            case DISCOVER_RESPONSE -> {
                for (Fields answer : message.messages(DISCOVER_RESPONSE_FIELD)) {
                    for (Fields register : answer.messages(REGISTRATIONS)) {
                        Registration named = new Registration(instance, register.text(NAMESPACE), peer(register));
                        Long end = ends.get(named);
                        if (end != null && now > end + SLACK) {
                            faults.accept(exchange.who() + ": a registration in " + named.namespace + " that ended "
                                    + TimeUnit.NANOSECONDS.toSeconds(now - end) + " s ago");
                        }
                    }
                }
            }
            default -> {} // questions
        }
    }
}
