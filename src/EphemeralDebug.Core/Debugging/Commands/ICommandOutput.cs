namespace EphemeralDebug.Debugging.Commands;

/// <summary>Where the output of a command goes. The command waits for it.</summary>
internal interface ICommandOutput
{
    /// <summary>Takes a part of the output, as it came; the memory is used again afterwards.</summary>
    ValueTask WriteAsync(bool isError, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Nothing more comes.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken);
}
