using Beacon;
using Xunit;

public class LightTest
{
    [Fact]
    public void It_is_on_at_first() => Assert.True(new Light("north", 4).OnAt(0));
}
