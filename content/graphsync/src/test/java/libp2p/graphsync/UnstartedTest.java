package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.host.HostAssembly;
import libp2p.core.host.HostService;
import org.junit.jupiter.api.Test;

/** A host that fails before it has started its services closes them, and what went wrong is told, not the closing. */
class UnstartedTest {
    @Test
    void aServiceThatWasNeverStartedIsClosedWithoutComplaint() {
        List<HostService> services = new ArrayList<>();
        HostAssembly assembly = (HostAssembly) Proxy.newProxyInstance(
                HostAssembly.class.getClassLoader(), new Class<?>[] {HostAssembly.class}, (proxy, method, arguments) -> {
                    services.add((HostService) arguments[0]);
                    return proxy;
                });
        GraphSync.over(new MemoryBlockStore(BlockStoreLimits.DEFAULT)).contribute(assembly);
        assertThat(services).hasSize(1);
        assertThatCode(services.getFirst()::close).doesNotThrowAnyException();
    }
}
