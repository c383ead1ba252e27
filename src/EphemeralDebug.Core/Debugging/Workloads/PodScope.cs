namespace EphemeralDebug.Debugging.Workloads;

/// <summary>Which of a workload's pods are meant.</summary>
internal enum PodScope
{
    /// <summary>All of them, for what only looks.</summary>
    All,

    /// <summary>All that have not ended and are not being deleted, for what adds something.</summary>
    Living,

    /// <summary>The living one that kubectl would choose, for what is about one pod.</summary>
    One,
}
