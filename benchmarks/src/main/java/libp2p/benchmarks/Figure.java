package libp2p.benchmarks;

/**
 * Something that is measured.
 *
 * @param group heading of its table and chart
 * @param title what it is
 * @param unit of the values
 * @param lowerIsBetter the direction
 * @param goal wanted ratio of ours to the better of the others; 0: none
 */
record Figure(String group, String title, String unit, boolean lowerIsBetter, double goal) {
    static Figure lower(String group, String title, String unit, double goal) {
        return new Figure(group, title, unit, true, goal);
    }

    static Figure higher(String group, String title, String unit, double goal) {
        return new Figure(group, title, unit, false, goal);
    }

    boolean reached(double ratio) {
        return goal == 0 || (lowerIsBetter ? ratio <= goal : ratio >= goal);
    }
}
