package libp2p.growth;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** No class grows with the number of hostile operations, whichever driver does them. */
class GrowthTest {
    @TestFactory
    Stream<DynamicTest> noClassGrowsBeyondItsBound() {
        int operations = Integer.getInteger("growth.operations", GrowthRun.LEAST_OPERATIONS);
        return Drivers.all().stream()
                .map(driver -> DynamicTest.dynamicTest(driver.name(), () -> GrowthRun.require(driver, operations)));
    }
}
