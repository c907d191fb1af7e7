namespace Beacon;

public record Light(string Name, int Seconds)
{
    public bool OnAt(int second) => second / Seconds % 2 == 0;
}
