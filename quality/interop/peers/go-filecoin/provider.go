package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/filecoin-project/boost/storagemarket/types"
	"github.com/filecoin-project/boost/storagemarket/types/dealcheckpoints"
	transport "github.com/filecoin-project/boost/transport/types"
	cborutil "github.com/filecoin-project/go-cbor-util"
	"github.com/filecoin-project/go-fil-markets/retrievalmarket"
	"github.com/filecoin-project/go-fil-markets/storagemarket"
	"github.com/filecoin-project/go-fil-markets/storagemarket/network"
	"github.com/filecoin-project/go-state-types/abi"
	"github.com/filecoin-project/go-state-types/big"
	"github.com/google/uuid"
	p2phttp "github.com/libp2p/go-libp2p-http"
	"github.com/libp2p/go-libp2p/core/host"
	p2pnet "github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
)

const (
	dealProtocol120 = "/fil/storage/mk/1.2.0"
	dealProtocol121 = "/fil/storage/mk/1.2.1"
	statusProtocol  = "/fil/storage/status/1.2.0"
)

type deal struct {
	params     types.DealParams
	checkpoint dealcheckpoints.Checkpoint
	err        string
	received   int
}

type provider struct {
	h      host.Host
	badAsk bool
	lock   sync.Mutex
	deals  map[uuid.UUID]*deal
}

func serve(h host.Host, o options) error {
	p := &provider{h: h, badAsk: o["bad-ask"] != "", deals: map[uuid.UUID]*deal{}}
	h.SetStreamHandler(dealProtocol121, p.proposal)
	h.SetStreamHandler(dealProtocol120, p.proposal)
	h.SetStreamHandler(statusProtocol, p.status)
	h.SetStreamHandler(storagemarket.AskProtocolID, p.ask)
	h.SetStreamHandler(retrievalmarket.QueryProtocolID, p.query)
	listening(h)
	waitForEnd()
	return nil
}

func (p *provider) proposal(s p2pnet.Stream) {
	defer s.Close()
	var params types.DealParams
	if err := params.UnmarshalCBOR(s); err != nil {
		event("malformed", map[string]any{"error": err.Error()})
		s.Reset()
		return
	}
	reason := p.refusal(&params)
	event("proposal", map[string]any{"protocol": string(s.Protocol()), "id": params.DealUUID.String(), "reason": reason})
	if err := cborutil.WriteCborRPC(s, &types.DealResponse{Accepted: reason == "", Message: reason}); err != nil {
		event("error", map[string]any{"error": err.Error()})
		return
	}
	if reason == "" {
		go p.fetch(params)
	}
}

func (p *provider) refusal(params *types.DealParams) string {
	proposal := params.ClientDealProposal.Proposal
	if err := holds(params.ClientDealProposal.ClientSignature, proposal.Client, must(cborutil.Dump(&proposal))); err != nil {
		return "invalid signature"
	}
	if proposal.Provider != miner {
		return "incorrect provider for deal"
	}
	if label, err := proposal.Label.ToString(); err == nil && strings.HasPrefix(label, "refuse") {
		return "the label says " + label
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.deals[params.DealUUID] != nil {
		return "there is such a deal"
	}
	p.deals[params.DealUUID] = &deal{params: *params}
	return ""
}

// fetch is boost's transfer over libp2p: HTTP on a stream of its protocol, with the header fields of the parameters.
func (p *provider) fetch(params types.DealParams) {
	err := func() error {
		var request transport.HttpRequest
		if err := json.Unmarshal(params.Transfer.Params, &request); err != nil {
			return err
		}
		client, err := peer.AddrInfoFromString(strings.TrimPrefix(request.URL, "libp2p://"))
		if err != nil {
			return err
		}
		p.h.Peerstore().AddAddrs(client.ID, client.Addrs, 1<<40)
		tr := &http.Transport{}
		tr.RegisterProtocol("libp2p", p2phttp.NewTransport(p.h, p2phttp.ProtocolOption(transport.DataTransferProtocol)))
		// In two parts, as after a loss of the connection.
		half := params.Transfer.Size / 2
		first, err := get(tr, client.ID, request, 0, int(half))
		if err != nil {
			return err
		}
		rest, err := get(tr, client.ID, request, len(first), int(params.Transfer.Size)-len(first))
		if err != nil {
			return err
		}
		car := append(first, rest...)
		proposal := params.ClientDealProposal.Proposal
		piece, size, err := commitment(car, uint64(proposal.PieceSize))
		if err != nil {
			return err
		}
		if piece != proposal.PieceCID || size != proposal.PieceSize {
			return fmt.Errorf("commP expected=%s, actual=%s", proposal.PieceCID, piece)
		}
		p.lock.Lock()
		p.deals[params.DealUUID].received = len(car)
		p.lock.Unlock()
		return nil
	}()
	p.lock.Lock()
	d := p.deals[params.DealUUID]
	if err != nil {
		d.err = err.Error()
		d.checkpoint = dealcheckpoints.Complete
	} else {
		d.checkpoint = dealcheckpoints.Transferred
	}
	members := map[string]any{"id": params.DealUUID.String(), "bytes": d.received, "reason": d.err}
	p.lock.Unlock()
	event("transferred", members)
}

func get(tr *http.Transport, client peer.ID, request transport.HttpRequest, from, count int) ([]byte, error) {
	req, err := http.NewRequest("GET", "libp2p://"+client.String(), nil)
	if err != nil {
		return nil, err
	}
	for name, value := range request.Headers {
		req.Header.Set(name, value)
	}
	req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
	response, err := (&http.Client{Transport: tr}).Do(req)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusPartialContent {
		return nil, fmt.Errorf("http req failed: %s", response.Status)
	}
	data := make([]byte, count)
	_, err = io.ReadFull(bufio.NewReader(response.Body), data)
	return data, err
}

func (p *provider) status(s p2pnet.Stream) {
	defer s.Close()
	var request types.DealStatusRequest
	if err := request.UnmarshalCBOR(s); err != nil {
		s.Reset()
		return
	}
	response := p.statusOf(request)
	if err := cborutil.WriteCborRPC(s, &response); err != nil {
		event("error", map[string]any{"error": err.Error()})
	}
}

func (p *provider) statusOf(request types.DealStatusRequest) types.DealStatusResponse {
	p.lock.Lock()
	defer p.lock.Unlock()
	d := p.deals[request.DealUUID]
	if d == nil {
		return types.DealStatusResponse{DealUUID: request.DealUUID, Error: "no storage deal found"}
	}
	proposal := d.params.ClientDealProposal.Proposal
	if err := holds(request.Signature, proposal.Client, request.DealUUID[:]); err != nil {
		return types.DealStatusResponse{DealUUID: request.DealUUID, Error: "signature verification failed"}
	}
	return types.DealStatusResponse{
		DealUUID: request.DealUUID,
		DealStatus: &types.DealStatus{
			Error: d.err, Status: d.checkpoint.String(), Proposal: proposal,
			SignedProposalCid: must(cborutil.AsIpld(&d.params.ClientDealProposal)).Cid(),
		},
		IsOffline: d.params.IsOffline, TransferSize: d.params.Transfer.Size, NBytesReceived: uint64(d.received),
	}
}

func (p *provider) ask(s p2pnet.Stream) {
	defer s.Close()
	var request network.AskRequest
	if err := request.UnmarshalCBOR(bufio.NewReader(s)); err != nil {
		s.Reset()
		return
	}
	signer := workerWallet
	if p.badAsk {
		signer = clientWallet
	}
	response := network.AskResponse{Ask: signedAsk(signer)}
	if request.Miner != miner {
		response.Ask = nil
	}
	if err := cborutil.WriteCborRPC(s, &response); err != nil {
		event("error", map[string]any{"error": err.Error()})
	}
}

func (p *provider) query(s p2pnet.Stream) {
	defer s.Close()
	var query retrievalmarket.Query
	if err := query.UnmarshalCBOR(bufio.NewReader(s)); err != nil {
		s.Reset()
		return
	}
	response := retrievalmarket.QueryResponse{
		Status: retrievalmarket.QueryResponseUnavailable, PieceCIDFound: retrievalmarket.QueryItemUnavailable,
		PaymentAddress: workerWallet.address(), MinPricePerByte: big.NewInt(2), UnsealPrice: abi.NewTokenAmount(0),
		Message: "no deal with this content",
	}
	p.lock.Lock()
	for _, d := range p.deals {
		proposal := d.params.ClientDealProposal.Proposal
		right := query.PieceCID == nil || *query.PieceCID == proposal.PieceCID
		if d.err == "" && d.params.DealDataRoot == query.PayloadCID && right {
			response.Status = retrievalmarket.QueryResponseAvailable
			response.PieceCIDFound = retrievalmarket.QueryItemAvailable
			response.Size = uint64(proposal.PieceSize)
			response.Message = ""
		}
	}
	p.lock.Unlock()
	if err := cborutil.WriteCborRPC(s, &response); err != nil {
		event("error", map[string]any{"error": err.Error()})
	}
}
