using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Tests.Wire;

public sealed class HandshakeAssemblerTests
{
    [Fact]
    public void Messages_come_out_the_same_however_they_were_cut()
    {
        byte[] flight = [.. SyntheticFlight.Tls12Messages().SelectMany(static message => message)];
        Prop.ForAll<int[]>(cuts =>
        {
            var assembler = new HandshakeAssembler(1 << 16);
            var found = new List<byte[]>();
            int position = 0;
            foreach (int cut in cuts.Select(static n => (n & 0x3F) + 1).Append(flight.Length))
            {
                int size = Math.Min(cut, flight.Length - position);
                assembler.Append(flight.AsSpan(position, size));
                position += size;
                while (assembler.TryTake(out HandshakeMessage message))
                {
                    found.Add(message.Raw.ToArray());
                }
            }

            return !assembler.HasPending && found.SelectMany(static m => m).SequenceEqual(flight) && found.Count == SyntheticFlight.Tls12Messages().Count;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void A_message_that_claims_sixteen_megabytes_is_refused_by_its_header()
    {
        var assembler = new HandshakeAssembler(1 << 18);
        assembler.Append([11, 0xFF, 0xFF, 0xFF, 1, 2, 3]);
        assembler.TryTake(out _).ShouldBeFalse();
        assembler.Defect.ShouldNotBeNull().ShouldContain("16777215");
    }

    [Fact]
    public void Bytes_that_pile_up_unread_are_refused()
    {
        var assembler = new HandshakeAssembler(1 << 16);
        for (int i = 0; i < 64 && assembler.Defect is null; i++)
        {
            assembler.Append(new byte[1 << 14]);
        }

        assembler.Defect.ShouldNotBeNull();
    }
}
