package dev.sinter.processor.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places the boxes of an acyclic graph in rows, so that every edge goes down: each box one row
 * below the lowest that it reads; within a row in an order with few crossings; and in a row as near
 * as possible below and above its neighbours. Long edges pass the rows between through bends. The
 * three phases are those of K. Sugiyama, S. Tagawa and M. Toda, <i>Methods for Visual Understanding
 * of Hierarchical System Structures</i>, IEEE Trans. SMC 11 (1981); the order is by barycenters;
 * the places in a row are those of least squared distance, found by pooling neighbours that would
 * overlap (isotonic regression).
 */
final class Layered {
  /** A place: x of the middle, and the number of the row. */
  record Point(double x, int row) {}

  /** Widths, with the gap to the next one. */
  private static final double BOX = 250;

  private static final double BEND = 28;

  /** How much all are drawn to the middle, beside 1 for a neighbour: else long graphs drift. */
  private static final double CENTRE = 0.1;

  private static final int ORDER_SWEEPS = 12;
  private static final int PLACE_SWEEPS = 100;

  private final int boxes;
  private final int[] row;
  private final double[] x;
  private final List<List<Integer>> rows = new ArrayList<>();
  private final List<List<Integer>> above = new ArrayList<>();
  private final List<List<Integer>> below = new ArrayList<>();
  private final List<List<Integer>> ways = new ArrayList<>();
  private final int[] place;

  private Layered(int boxes, List<int[]> edges) {
    this.boxes = boxes;
    int[] rank = new int[boxes];
    for (int[] edge : edges) {
      rank[edge[1]] = Math.max(rank[edge[1]], rank[edge[0]] + 1);
    }
    List<Integer> ranks = new ArrayList<>();
    Arrays.stream(rank).forEach(ranks::add);
    for (int i = 0; i < boxes; i++) {
      above.add(new ArrayList<>());
      below.add(new ArrayList<>());
    }
    for (int[] edge : edges) {
      ways.add(way(edge, ranks));
    }
    row = ranks.stream().mapToInt(r -> r).toArray();
    x = new double[row.length];
    place = new int[row.length];
    for (int vertex = 0; vertex < row.length; vertex++) {
      while (rows.size() <= row[vertex]) {
        rows.add(new ArrayList<>());
      }
      rows.get(row[vertex]).add(vertex);
    }
  }

  /**
   * A layout.
   *
   * @param boxes how many there are
   * @param edges from box to box, the first always the smaller number
   */
  static Layered of(int boxes, List<int[]> edges) {
    Layered layout = new Layered(boxes, edges);
    layout.order();
    layout.place();
    return layout;
  }

  /** The vertices of an edge from its first box to its last, with a bend for each row between. */
  private List<Integer> way(int[] edge, List<Integer> ranks) {
    List<Integer> way = new ArrayList<>();
    way.add(edge[0]);
    for (int r = ranks.get(edge[0]) + 1; r < ranks.get(edge[1]); r++) {
      way.add(ranks.size());
      ranks.add(r);
      above.add(new ArrayList<>());
      below.add(new ArrayList<>());
    }
    way.add(edge[1]);
    for (int i = 1; i < way.size(); i++) {
      below.get(way.get(i - 1)).add(way.get(i));
      above.get(way.get(i)).add(way.get(i - 1));
    }
    return way;
  }

  // ---- the order in each row ----

  private void order() {
    number();
    List<List<Integer>> best = copy();
    long fewest = crossings();
    for (int sweep = 0; sweep < ORDER_SWEEPS && fewest > 0; sweep++) {
      boolean down = sweep % 2 == 0;
      for (int i = 1; i < rows.size(); i++) {
        sort(rows.get(down ? i : rows.size() - 1 - i), down ? above : below);
      }
      long now = crossings();
      if (now < fewest) {
        fewest = now;
        best = copy();
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      rows.set(i, best.get(i));
    }
    number();
  }

  private void sort(List<Integer> vertices, List<List<Integer>> neighbours) {
    Map<Integer, Double> middle = new HashMap<>();
    for (int vertex : vertices) {
      double mean =
          neighbours.get(vertex).stream().mapToInt(v -> place[v]).average().orElse(place[vertex]);
      middle.put(vertex, mean);
    }
    vertices.sort(Comparator.comparingDouble(middle::get));
    number(vertices);
  }

  private void number() {
    rows.forEach(this::number);
  }

  private void number(List<Integer> vertices) {
    for (int i = 0; i < vertices.size(); i++) {
      place[vertices.get(i)] = i;
    }
  }

  private List<List<Integer>> copy() {
    List<List<Integer>> copy = new ArrayList<>();
    rows.forEach(vertices -> copy.add(new ArrayList<>(vertices)));
    return copy;
  }

  private long crossings() {
    long crossings = 0;
    for (List<Integer> vertices : rows) {
      List<int[]> edges = new ArrayList<>();
      for (int vertex : vertices) {
        below.get(vertex).forEach(end -> edges.add(new int[] {place[vertex], place[end]}));
      }
      for (int[] a : edges) {
        for (int[] b : edges) {
          crossings += a[0] < b[0] && a[1] > b[1] ? 1 : 0;
        }
      }
    }
    return crossings;
  }

  // ---- the place in each row ----

  private void place() {
    rows.forEach(vertices -> settle(vertices, vertex -> 0));
    for (int sweep = 0; sweep < PLACE_SWEEPS; sweep++) {
      List<List<Integer>> order = new ArrayList<>(rows);
      if (sweep % 2 == 1) {
        Collections.reverse(order);
      }
      order.forEach(vertices -> settle(vertices, this::wished));
    }
    straighten();
    double left = Arrays.stream(x).min().orElse(0);
    for (int i = 0; i < x.length; i++) {
      x[i] -= left;
    }
  }

  /** Boxes that have their rows to themselves stand one below the other. */
  private void straighten() {
    int first = 0;
    while (first < rows.size()) {
      int last = first;
      while (isAlone(first) && last + 1 < rows.size() && isAlone(last + 1)) {
        last++;
      }
      if (last > first) {
        double upper = x[rows.get(first).get(0)];
        double lower = x[rows.get(last).get(0)];
        boolean ends = last == rows.size() - 1;
        double middle = first == 0 ? lower : ends ? upper : (upper + lower) / 2;
        rows.subList(first, last + 1).forEach(alone -> x[alone.get(0)] = middle);
      }
      first = last + 1;
    }
  }

  private boolean isAlone(int row) {
    return rows.get(row).size() == 1;
  }

  private interface Wish {
    double of(int vertex);
  }

  /** Between its neighbours; nearer to a bend's, so that long edges are straight. */
  private double wished(int vertex) {
    double sum = 0;
    double weight = CENTRE;
    for (List<List<Integer>> side : List.of(above, below)) {
      for (int neighbour : side.get(vertex)) {
        double pull = isBend(vertex) && isBend(neighbour) ? 8 : 1;
        sum += pull * x[neighbour];
        weight += pull;
      }
    }
    return sum / weight;
  }

  private boolean isBend(int vertex) {
    return vertex >= boxes;
  }

  /** As near to their wishes as the widths allow, in the sum of squares. */
  private void settle(List<Integer> vertices, Wish wish) {
    int count = vertices.size();
    double[] shift = new double[count]; // from the first one, all side by side
    for (int i = 1; i < count; i++) {
      shift[i] = shift[i - 1] + (width(vertices.get(i - 1)) + width(vertices.get(i))) / 2;
    }
    // Pools of neighbours that touch, each at the mean of what its members wish.
    double[] mean = new double[count];
    int[] size = new int[count];
    int pools = 0;
    for (int i = 0; i < count; i++) {
      mean[pools] = wish.of(vertices.get(i)) - shift[i];
      size[pools++] = 1;
      while (pools > 1 && mean[pools - 2] > mean[pools - 1]) {
        int both = size[pools - 2] + size[pools - 1];
        mean[pools - 2] =
            (mean[pools - 2] * size[pools - 2] + mean[pools - 1] * size[pools - 1]) / both;
        size[pools - 2] = both;
        pools--;
      }
    }
    int at = 0;
    for (int pool = 0; pool < pools; pool++) {
      for (int i = 0; i < size[pool]; i++, at++) {
        x[vertices.get(at)] = mean[pool] + shift[at];
      }
    }
  }

  private double width(int vertex) {
    return isBend(vertex) ? BEND : BOX;
  }

  // ---- what has come of it ----

  Point box(int number) {
    return new Point(x[number], row[number]);
  }

  /** The points of an edge, by its place among those given. */
  List<Point> way(int edge) {
    return ways.get(edge).stream().map(this::box).toList();
  }

  int rows() {
    return rows.size();
  }

  /** From the middle of the leftmost box to that of the rightmost. */
  double span() {
    return Arrays.stream(x).max().orElse(0);
  }
}
