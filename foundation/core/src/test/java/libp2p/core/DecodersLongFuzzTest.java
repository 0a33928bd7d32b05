package libp2p.core;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PrivateKey;
import libp2p.core.identity.PublicKey;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.SignedEnvelope;
import libp2p.core.testing.Fuzz;
import libp2p.core.testing.Json;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many seeds over every decoder; the short runs stand in the test of each. */
@Tag("long")
class DecodersLongFuzzTest {
    private static List<byte[]> corpus(String resource, String field) {
        return Json.objects(Json.resource(resource)).stream()
                .map(vector -> HexFormat.of().parseHex((String) vector.get(field)))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103, 104, 105})
    void onlyDeclaredExceptionsComeOut(long seed) {
        List<byte[]> publicKeys = corpus("/golden-go/keys.json", "public");
        List<byte[]> privateKeys = corpus("/golden-go/keys.json", "private");
        List<byte[]> envelopes = corpus("/golden-go/signed_peer_records.json", "envelope");
        Fuzz.run(seed, 200_000, publicKeys, PublicKey::fromProtobuf, MalformedKeyException.class);
        Fuzz.run(seed, 20_000, privateKeys, PrivateKey::fromProtobuf, MalformedKeyException.class);
        Fuzz.run(seed, 100_000, publicKeys, bytes -> PeerId.fromBytes(bytes).extractKey(), MalformedException.class);
        Fuzz.run(seed, 50_000, envelopes, bytes -> PeerRecord.open(SignedEnvelope.fromBytes(bytes)), IOException.class);
    }
}
