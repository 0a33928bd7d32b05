package main

import (
	commcid "github.com/filecoin-project/go-fil-commcid"
	commp "github.com/filecoin-project/go-fil-commp-hashhash"
	"github.com/filecoin-project/go-state-types/abi"
	"github.com/ipfs/go-cid"
)

// commitment is the CommP of some bytes as a piece of at least some padded size, as boost computes it.
func commitment(data []byte, least uint64) (cid.Cid, abi.PaddedPieceSize, error) {
	calculator := new(commp.Calc)
	if _, err := calculator.Write(data); err != nil {
		return cid.Undef, 0, err
	}
	raw, size, err := calculator.Digest()
	if err != nil {
		return cid.Undef, 0, err
	}
	if size < least {
		if raw, err = commp.PadCommP(raw, size, least); err != nil {
			return cid.Undef, 0, err
		}
		size = least
	}
	piece, err := commcid.DataCommitmentV1ToCID(raw)
	return piece, abi.PaddedPieceSize(size), err
}

// pattern is the same bytes on both sides.
func pattern(size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i*7 + i>>8)
	}
	return data
}
