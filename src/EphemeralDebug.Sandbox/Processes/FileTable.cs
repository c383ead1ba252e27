using System.Diagnostics.CodeAnalysis;

namespace EphemeralDebug.Sandbox.Processes;

/// <summary>The open file descriptors of a process.</summary>
internal sealed class FileTable
{
    private readonly SortedDictionary<int, OpenFile> _files = [];
    private readonly Lock _gate = new();

    /// <summary>Takes over one reference to each of the three files.</summary>
    public FileTable(OpenFile input, OpenFile output, OpenFile errors)
    {
        _files[0] = input;
        _files[1] = output;
        _files[2] = errors;
    }

    private FileTable()
    {
    }

    public OpenFile this[int descriptor] => TryGet(descriptor, out OpenFile? file)
        ? file
        : throw new SystemCallException(Errno.BadFileDescriptor);

    public bool TryGet(int descriptor, [NotNullWhen(true)] out OpenFile? file)
    {
        lock (_gate)
        {
            return _files.TryGetValue(descriptor, out file);
        }
    }

    /// <summary>The descriptors in use, in ascending order.</summary>
    public IReadOnlyList<int> Descriptors
    {
        get
        {
            lock (_gate)
            {
                return [.. _files.Keys];
            }
        }
    }

    /// <summary>Takes over one reference to <paramref name="file"/>; null closes the descriptor.</summary>
    public void Set(int descriptor, OpenFile? file)
    {
        OpenFile? replaced;
        lock (_gate)
        {
            _files.Remove(descriptor, out replaced);
            if (file is not null)
            {
                _files[descriptor] = file;
            }
        }

        replaced?.Release();
    }

    /// <summary>What a child process inherits.</summary>
    public FileTable Clone()
    {
        var copy = new FileTable();
        lock (_gate)
        {
            foreach ((int descriptor, OpenFile file) in _files)
            {
                copy._files[descriptor] = file.Share();
            }
        }

        return copy;
    }

    public void CloseAll()
    {
        foreach (int descriptor in Descriptors)
        {
            Set(descriptor, null);
        }
    }
}
