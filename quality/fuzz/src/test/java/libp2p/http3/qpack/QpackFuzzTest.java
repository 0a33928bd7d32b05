package libp2p.http3.qpack;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;

/** Field sections of a remote. */
class QpackFuzzTest {
    private static final int LARGEST = 1024;

    @FuzzTest
    void qpack(byte[] data) throws Exception {
        try {
            List<Field> fields = FieldSectionDecoder.decode(data, LARGEST);
            assertThat(fields.stream().mapToInt(Field::size).sum()).isLessThanOrEqualTo(LARGEST);
            assertThat(FieldSectionDecoder.decode(FieldSectionEncoder.encode(fields), LARGEST))
                    .isEqualTo(fields);
        } catch (Http3Exception refused) {
            assertThat(refused.code())
                    .isIn(Http3Error.QPACK_DECOMPRESSION_FAILED, Http3Error.MESSAGE_ERROR, Http3Error.EXCESSIVE_LOAD);
        }
    }
}
