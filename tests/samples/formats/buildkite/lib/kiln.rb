# Bricks that are fired at once.
class Kiln
  def initialize(room)
    @room = room
  end

  def batches(bricks)
    (bricks.to_f / @room).ceil
  end
end
