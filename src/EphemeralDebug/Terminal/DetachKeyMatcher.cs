using System.Buffers;

namespace EphemeralDebug.Terminal;

/// <summary>
/// Finds the detach keys in a stream of bytes. What may be their beginning is held back; it is passed on, in order,
/// when the next byte does not fit (the search is Knuth, Morris and Pratt's, so a match may begin inside a failed one).
/// </summary>
internal sealed class DetachKeyMatcher
{
    private readonly byte[] _sequence;
    private readonly int[] _fallback;
    private int _matched;

    public DetachKeyMatcher(DetachKeys keys)
    {
        _sequence = keys.Sequence.ToArray();
        _fallback = new int[_sequence.Length];
        for (int index = 1; index < _sequence.Length; index++)
        {
            _fallback[index] = Extend(_fallback[index - 1], _sequence[index]);
        }
    }

    /// <summary>
    /// Passes input on to <paramref name="output"/> and returns true once the keys are complete. What follows them is
    /// dropped; the reader takes care that nothing does.
    /// </summary>
    public bool Feed(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        if (_sequence.Length == 0)
        {
            output.Write(input);
            return false;
        }

        foreach (byte value in input)
        {
            int held = _matched;
            _matched = Extend(held, value);
            if (_matched == _sequence.Length)
            {
                _matched = 0;
                return true;
            }

            // Of the bytes held before and this one, the last _matched are held now; the rest are the sequence's first
            // and then, when nothing is held, this byte itself.
            int released = held + 1 - _matched;
            output.Write(_sequence.AsSpan(0, Math.Min(released, held)));
            if (released > held)
            {
                output.Write([value]);
            }
        }

        return false;
    }

    /// <summary>The length of the longest beginning of the sequence that a match of this length and one more byte end in.</summary>
    private int Extend(int length, byte value)
    {
        while (length > 0 && _sequence[length] != value)
        {
            length = _fallback[length - 1];
        }

        return _sequence[length] == value ? length + 1 : 0;
    }
}
