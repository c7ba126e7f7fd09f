package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Window;
import java.util.Optional;

/** How an operator sees the maps it reads; nothing if it sees them whole. */
final class Reach implements Op.Visitor<Optional<Lens>> {
  private static final Window.Pair ONE = new Window.Pair(1, 1);
  private static final Optional<Lens> POINT =
      Optional.of(Lens.of(new Window(ONE, ONE, ONE, Window.Padding.NONE)));

  @Override
  public Optional<Lens> input(Op.Input op) {
    return POINT;
  }

  @Override
  public Optional<Lens> conv(Op.Conv op) {
    return Optional.of(Lens.of(op.window()));
  }

  @Override
  public Optional<Lens> convTranspose(Op.ConvTranspose op) {
    return Optional.of(Lens.of(op));
  }

  @Override
  public Optional<Lens> linear(Op.Linear op) {
    return Optional.empty();
  }

  @Override
  public Optional<Lens> batchNorm(Op.BatchNorm op) {
    return POINT;
  }

  @Override
  public Optional<Lens> affine(Op.Affine op) {
    return POINT;
  }

  @Override
  public Optional<Lens> activate(Op.Activate op) {
    return POINT;
  }

  /** In ceil mode the last window depends on where the map ends in more than one way. */
  @Override
  public Optional<Lens> pool(Op.Pool op) {
    return op.ceil() ? Optional.empty() : Optional.of(Lens.of(op.window()));
  }

  @Override
  public Optional<Lens> globalPool(Op.GlobalPool op) {
    return Optional.empty();
  }

  @Override
  public Optional<Lens> add(Op.Add op) {
    return POINT;
  }

  @Override
  public Optional<Lens> multiply(Op.Multiply op) {
    return POINT;
  }

  @Override
  public Optional<Lens> concat(Op.Concat op) {
    return POINT;
  }

  @Override
  public Optional<Lens> slice(Op.Slice op) {
    return op.axis() == 0 ? POINT : Optional.empty();
  }

  @Override
  public Optional<Lens> channelShuffle(Op.ChannelShuffle op) {
    return POINT;
  }

  @Override
  public Optional<Lens> pad(Op.Pad op) {
    return Optional.of(Lens.of(new Window(ONE, ONE, ONE, op.padding())));
  }

  @Override
  public Optional<Lens> upsample(Op.Upsample op) {
    return Optional.empty();
  }

  @Override
  public Optional<Lens> reshape(Op.Reshape op) {
    return Optional.empty();
  }

  @Override
  public Optional<Lens> flatten(Op.Flatten op) {
    return Optional.empty();
  }

  @Override
  public Optional<Lens> softmax(Op.Softmax op) {
    return POINT;
  }

  @Override
  public Optional<Lens> constant(Op.Constant op) {
    return Optional.empty();
  }

  @Override
  public Optional<Lens> elementwise(Op.Elementwise op) {
    return POINT;
  }

  /** An element may stand for a whole axis, and a smaller map would be another one. */
  @Override
  public Optional<Lens> binary(Op.Binary op) {
    return Optional.empty();
  }

  @Override
  public Optional<Lens> reduce(Op.Reduce op) {
    return POINT;
  }

  @Override
  public Optional<Lens> normalization(Op.Normalization op) {
    return op.overMap() ? Optional.empty() : POINT;
  }

  @Override
  public Optional<Lens> rearrange(Op.Rearrange op) {
    return Optional.empty();
  }

  @Override
  public Optional<Lens> resample(Op.Resample op) {
    return Optional.empty();
  }

  @Override
  public Optional<Lens> identity(Op.Identity op) {
    return POINT;
  }
}
