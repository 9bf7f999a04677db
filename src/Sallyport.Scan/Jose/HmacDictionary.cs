using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Scan.Jose;

/// <summary>Looks for the shared secret of a token in a list of words, offline, on all cores, within a time.</summary>
/// <remarks>Bounded by design: it finds what nobody should have used, and is no search of a key space. Nothing is allocated for a candidate.</remarks>
internal sealed class HmacDictionary
{
    private const int MaxKey = 1024;
    private const int CheckEvery = 64;
    private readonly ImmutableArray<byte[]> _words;
    private readonly ImmutableArray<byte[]> _endings;
    private readonly int _varied;

    private HmacDictionary(ImmutableArray<byte[]> words, int varied, ImmutableArray<byte[]> endings) => (_words, _varied, _endings) = (words, varied, endings);

    /// <summary>How many candidates there are.</summary>
    public long Count => ((long)_varied * _endings.Length) + (_words.Length - _varied);

    /// <summary>The built-in list with words of the target.</summary>
    /// <param name="more">The host, the token's issuer and audience, and the like.</param>
    public static HmacDictionary With(IEnumerable<string> more)
    {
        ImmutableArray<byte[]> words = SecretList.Words(more, out int varied);
        return new(words, varied, [.. SecretList.Endings.Select(System.Text.Encoding.UTF8.GetBytes)]);
    }

    /// <summary>Looks for the secret.</summary>
    /// <param name="token">A token signed with HS256, HS384 or HS512.</param>
    /// <param name="budget">How long at most.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public HmacSearch Search(JsonWebToken token, TimeSpan budget, TimeProvider time, CancellationToken cancellationToken)
    {
        byte[] input = token.SigningInput;
        byte[] wanted = token.Signature.ToArray();
        if (token.Algorithm is not ("HS256" or "HS384" or "HS512") || wanted.Length != Length(token.Algorithm))
        {
            return new(null, 0, true);
        }

        using CancellationTokenSource timer = new(budget, time);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        Run run = new(this, token.Algorithm, input, wanted, end.Token);
        Parallel.For(0, Environment.ProcessorCount, _ => run.Work());
        cancellationToken.ThrowIfCancellationRequested();
        return run.Result;
    }

    private static int Length(string algorithm) => algorithm switch { "HS256" => 32, "HS384" => 48, _ => 64 };

    private sealed class Run(HmacDictionary list, string algorithm, byte[] input, byte[] wanted, CancellationToken end)
    {
        private int _next = -1;
        private long _tried;
        private volatile byte[]? _found;
        private volatile bool _cut;

        public HmacSearch Result => new(_found, Interlocked.Read(ref _tried), !_cut);

        /// <summary>Takes words until none is left: first each as it stands, for most secrets are in the list, then with its endings.</summary>
        public void Work()
        {
            var hmac = new HmacProbe(algorithm, input, wanted);
            Span<byte> key = stackalloc byte[MaxKey];
            long tried = 0;
            while (_found is null && !_cut)
            {
                int index = Interlocked.Increment(ref _next);
                bool asItStands = index < list._words.Length;
                if (!asItStands && index - list._words.Length >= list._varied)
                {
                    break;
                }

                byte[] word = list._words[asItStands ? index : index - list._words.Length];
                word.CopyTo(key);

                // The first ending is none.
                for (int i = asItStands ? 0 : 1; i < (asItStands ? 1 : list._endings.Length); i++)
                {
                    byte[] ending = list._endings[i];
                    ending.CopyTo(key[word.Length..]);
                    tried++;
                    if (hmac.Fits(key[..(word.Length + ending.Length)]))
                    {
                        _found = key[..(word.Length + ending.Length)].ToArray();
                        break;
                    }

                    if (tried % CheckEvery == 0 && end.IsCancellationRequested)
                    {
                        _cut = true;
                        break;
                    }
                }
            }

            Interlocked.Add(ref _tried, tried);
        }
    }
}
