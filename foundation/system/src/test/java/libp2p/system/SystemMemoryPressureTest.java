package libp2p.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.MemoryPressure;
import libp2p.core.environment.MemoryPressure.Watch;
import org.junit.jupiter.api.Test;

class SystemMemoryPressureTest {
    private static List<Long> thresholds() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(MemoryPoolMXBean::isCollectionUsageThresholdSupported)
                .map(MemoryPoolMXBean::getCollectionUsageThreshold)
                .toList();
    }

    @Test
    void tellsAfterEachCollectionThatLeavesMoreThanTheMark() throws InterruptedException {
        MemoryPressure almostAlways = new SystemMemoryPressure(1e-6);
        CountDownLatch told = new CountDownLatch(1);
        try (Watch watch = almostAlways.watch(told::countDown)) {
            System.gc();
            told.await();
        }
        CountDownLatch again = new CountDownLatch(1);
        try (Watch broken = almostAlways.watch(() -> {
                    throw new IllegalStateException("broken");
                });
                Watch watch = almostAlways.watch(again::countDown)) {
            System.gc();
            again.await();
        }
    }

    @Test
    void aWatchThatHasEndedHearsNothing() throws InterruptedException {
        AtomicInteger heard = new AtomicInteger();
        CountDownLatch collected = new CountDownLatch(1);
        MemoryPressure always = new SystemMemoryPressure(1e-6);
        Watch ended = always.watch(heard::incrementAndGet);
        try (Watch watch = always.watch(collected::countDown)) { // told after the other, were it still there
            ended.close();
            System.gc();
            collected.await();
        }
        assertThat(heard).hasValue(0);
    }

    @Test
    void theThresholdsOfTheProcessAreAsTheyWereAfterTheLastWatch() {
        List<Long> before = thresholds();
        MemoryPressure pressure = new SystemMemoryPressure(0.5);
        Watch first = pressure.watch(() -> {});
        Watch second = pressure.watch(() -> {});
        List<Long> during = thresholds();
        assertThat(during).isNotEqualTo(before);
        first.close();
        first.close();
        assertThat(thresholds()).isEqualTo(during);
        second.close();
        assertThat(thresholds()).isEqualTo(before);
    }
}
