package libp2p.filecoin;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.ipld.codec.DagCbor;
import libp2p.multiformats.MalformedException;

/** Messages of Filecoin's storage market; what is read is written and read again as the same. */
class FilecoinFuzzTest {
    private static <T> void same(byte[] data, Function<byte[], T> reader, Function<T, byte[]> writer) {
        T message;
        try {
            message = reader.apply(data);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return;
        }
        byte[] written = writer.apply(message);
        assertThat(writer.apply(reader.apply(written))).isEqualTo(written);
    }

    @FuzzTest
    void proposal(byte[] data) {
        same(data, DealParams::fromBytes, DealParams::toBytes);
        same(data, DealResponse::fromBytes, DealResponse::toBytes);
        same(data, ClientDealProposal::fromBytes, ClientDealProposal::toBytes);
        try {
            new DealTransfer("http", "", data, 1).source();
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void status(byte[] data) {
        same(data, DealStatusRequest::fromBytes, DealStatusRequest::toBytes);
        same(data, DealStatusResponse::fromBytes, DealStatusResponse::toBytes);
    }

    @FuzzTest
    void ask(byte[] data) {
        same(data, AskRequest::fromBytes, AskRequest::toBytes);
        same(data, AskResponse::fromBytes, AskResponse::toBytes);
    }

    @FuzzTest
    void query(byte[] data) {
        same(data, RetrievalQuery::fromBytes, RetrievalQuery::toBytes);
        same(data, RetrievalQueryResponse::fromBytes, RetrievalQueryResponse::toBytes);
    }

    @FuzzTest
    void address(byte[] data) {
        same(data, FilecoinAddress::fromBytes, FilecoinAddress::toBytes);
        same(
                data,
                bytes -> FilecoinAddress.parse(new String(bytes, StandardCharsets.UTF_8)),
                address -> address.toString().getBytes(StandardCharsets.UTF_8));
        same(data, WalletSignature::fromBytes, WalletSignature::toBytes);
    }

    /** What is not read to its end here is refused there too. */
    @FuzzTest
    void item(byte[] data) throws IOException {
        byte[] item;
        try {
            item = CborItem.read("/fuzz", new ByteArrayInputStream(data), 1 << 16);
        } catch (ProtocolViolationException | EOFException refused) {
            assertThat(refused.getMessage()).contains("/fuzz");
            return;
        }
        assertThat(item).isEqualTo(Arrays.copyOf(data, item.length));
        try {
            new DagCbor().decodeLenient(item);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage())
                    .doesNotContain("bytes after the end")
                    .doesNotContain("bytes follow");
        }
    }

    @FuzzTest
    void storedDeal(byte[] data) {
        same(data, ProviderDeal::fromBytes, ProviderDeal::toBytes);
        same(data, ClientDeal::fromBytes, ClientDeal::toBytes);
    }
}
