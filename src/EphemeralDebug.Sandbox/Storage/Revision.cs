namespace EphemeralDebug.Sandbox.Storage;

/// <summary>
/// The counter behind every resourceVersion. One counter serves all kinds of objects, as in etcd, so that a version
/// seen in one list orders the changes of every other.
/// </summary>
internal sealed class Revision
{
    // A cluster that has just been set up has some history; starting above 1 lets "resourceVersion=1" be too old.
    private long _value = 1000;

    public long Current => Interlocked.Read(ref _value);

    /// <summary>Takes so many versions at once; returns the first of them.</summary>
    public long Reserve(int count) => Interlocked.Add(ref _value, count) - count + 1;

    public long Next() => Interlocked.Increment(ref _value);
}
