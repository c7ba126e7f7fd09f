package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Window;
import java.util.Optional;

/** The window through which an operator sees the maps it reads; none if it sees them whole. */
final class Reach implements Op.Visitor<Optional<Window>> {
  private static final Window.Pair ONE = new Window.Pair(1, 1);
  private static final Optional<Window> POINT =
      Optional.of(new Window(ONE, ONE, ONE, Window.Padding.NONE));

  @Override
  public Optional<Window> input(Op.Input op) {
    return POINT;
  }

  @Override
  public Optional<Window> conv(Op.Conv op) {
    return Optional.of(op.window());
  }

  @Override
  public Optional<Window> convTranspose(Op.ConvTranspose op) {
    return Optional.empty();
  }

  @Override
  public Optional<Window> linear(Op.Linear op) {
    return Optional.empty();
  }

  @Override
  public Optional<Window> batchNorm(Op.BatchNorm op) {
    return POINT;
  }

  @Override
  public Optional<Window> affine(Op.Affine op) {
    return POINT;
  }

  @Override
  public Optional<Window> activate(Op.Activate op) {
    return POINT;
  }

  /** In ceil mode the last window depends on where the map ends in more than one way. */
  @Override
  public Optional<Window> pool(Op.Pool op) {
    return op.ceil() ? Optional.empty() : Optional.of(op.window());
  }

  @Override
  public Optional<Window> globalPool(Op.GlobalPool op) {
    return Optional.empty();
  }

  @Override
  public Optional<Window> add(Op.Add op) {
    return POINT;
  }

  @Override
  public Optional<Window> multiply(Op.Multiply op) {
    return POINT;
  }

  @Override
  public Optional<Window> concat(Op.Concat op) {
    return POINT;
  }

  @Override
  public Optional<Window> slice(Op.Slice op) {
    return op.axis() == 0 ? POINT : Optional.empty();
  }

  @Override
  public Optional<Window> channelShuffle(Op.ChannelShuffle op) {
    return POINT;
  }

  @Override
  public Optional<Window> pad(Op.Pad op) {
    return Optional.of(new Window(ONE, ONE, ONE, op.padding()));
  }

  @Override
  public Optional<Window> upsample(Op.Upsample op) {
    return Optional.empty();
  }

  @Override
  public Optional<Window> reshape(Op.Reshape op) {
    return Optional.empty();
  }

  @Override
  public Optional<Window> flatten(Op.Flatten op) {
    return Optional.empty();
  }

  @Override
  public Optional<Window> softmax(Op.Softmax op) {
    return POINT;
  }

  @Override
  public Optional<Window> identity(Op.Identity op) {
    return POINT;
  }
}
