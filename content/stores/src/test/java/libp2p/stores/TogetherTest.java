package libp2p.stores;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

class TogetherTest {
    @Test
    void whatEndsByAnErrorIsNotCalledDone() {
        for (Error error : List.of(new OutOfMemoryError("simulated"), new StackOverflowError("simulated"))) {
            assertThatThrownBy(() -> Together.run(SystemEnvironment.shared(), 2, List.of(1, 2, 3), item -> {
                        if (item == 2) {
                            throw error;
                        }
                    }))
                    .isInstanceOf(IOException.class)
                    .hasRootCause(error);
        }
        assertThatThrownBy(() -> Together.run(SystemEnvironment.shared(), 2, List.of(1, 2, 3), item -> {
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken");
    }
}
